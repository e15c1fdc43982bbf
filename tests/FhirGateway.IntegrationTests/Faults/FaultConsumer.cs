using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// A participant that follows one of its streams and keeps its position whatever happens to the gateway. It remembers of each
/// sequence what it was, and takes no gap, no repeat and no rewriting of the past.
/// </summary>
internal sealed class FaultConsumer(GatewayProcess gateway, string participant, string stream)
{
    private readonly List<Seen> entries = [];
    private readonly List<string> violations = [];

    public string Name => participant + "/" + stream;
    public string Participant => participant;
    public int Count => Volatile.Read(ref count);
    private int count;

    /// <summary>Valid once the consumer rests.</summary>
    public IReadOnlyList<Seen> Entries => entries;
    public IReadOnlyList<string> Violations => violations;

    /// <summary>Follows until told to stop; a gateway that is away is tried again.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await ReadAsync(cancellationToken) == 0)
                    await Task.Delay(30, cancellationToken);
            }
            catch (Exception e) when (IsAway(e))
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    /// <summary>Reads what is there, to the end.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) > 0)
        {
        }
    }

    /// <summary>Reads the stream from its beginning once more and compares it with what was read over time.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var again = new FaultConsumer(gateway, participant, stream);
        await again.CatchUpAsync(cancellationToken);
        if (again.entries.Count != entries.Count)
            violations.Add($"{Name}: {again.entries.Count} entries from the beginning, {entries.Count} over time");
        foreach (var (before, after) in entries.Zip(again.entries))
            if (before != after)
                violations.Add($"{Name}: sequence {before.Sequence} is not what it was");
    }

    public static bool IsAway(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException;

    private async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        using var request = await gateway.RequestAsync(HttpMethod.Get, participant, $"/streams/{stream}?after={entries.Count}&most=2000&wait=1", cancellationToken);
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var read = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            Take(line);
            read++;
        }

        return read;
    }

    private void Take(string line)
    {
        // A line cut by a kill never gets here: without its end the chunked body is an error.
        using var entry = JsonDocument.Parse(line);
        var root = entry.RootElement;
        var sequence = root.GetProperty("sequence").GetInt64();
        if (sequence != entries.Count + 1)
            violations.Add($"{Name}: sequence {sequence} after {entries.Count}");
        var data = root.GetProperty("data");
        var origin = root.TryGetProperty("sourceMessageId", out var id) ? id.GetString() : null;
        var resource = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("id", out var resourceId) ? resourceId.GetString() : null;
        entries.Add(new Seen(sequence, root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!, origin, resource,
            Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line)))));
        Volatile.Write(ref count, entries.Count);
    }

    internal sealed record Seen(long Sequence, string Id, string Type, string? Origin, string? Resource, string Hash);
}
