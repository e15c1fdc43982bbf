using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Access;

namespace FhirGateway.Simulation.Participants;

/// <summary>
/// A participant's consumer: follows its streams over HTTP, resumes after the last sequence that it has, and remembers what came.
/// It believes nothing: gaps, repeats and torn lines are found by the check, or read again.
/// </summary>
public sealed class ParticipantSimulator(string participant, HttpClient http, ClientFile client, TimeProvider time) : IDisposable
{
    private const int MaximumLine = 64 * 1024 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    private readonly AccessTokens tokens = new(http, client, time);
    private readonly List<ReceivedEntry> ledger = [];
    private readonly Dictionary<string, long> last = [];
    private readonly Lock gate = new();
    private int failures;

    public string Participant => participant;

    /// <summary>Everything received so far, per stream in the order of arrival.</summary>
    public ImmutableArray<ReceivedEntry> Ledger
    {
        get
        {
            lock (gate)
                return [.. ledger];
        }
    }

    /// <summary>Entries received so far.</summary>
    public int Received
    {
        get
        {
            lock (gate)
                return ledger.Count;
        }
    }

    /// <summary>Requests that failed and were made again.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>The last sequence received of a stream; 0 for none.</summary>
    public long LastSequence(string stream)
    {
        lock (gate)
            return last.GetValueOrDefault(stream);
    }

    /// <summary>Follows the streams until cancelled; cancellation is the normal end and is not thrown.</summary>
    /// <param name="streams">Names of <see cref="StreamNames"/>.</param>
    /// <param name="wait">How long a request may wait at the gateway for something new; zero does not ask it to.</param>
    /// <param name="cancellationToken">Ends the consumer.</param>
    public async Task RunAsync(IEnumerable<string> streams, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(streams.Select(s => FollowAsync(s, wait, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller has seen enough.
        }
    }

    /// <summary>Reads what a stream holds after the last sequence received, once.</summary>
    /// <returns>Entries read.</returns>
    /// <exception cref="HttpRequestException">The gateway refused, or cannot be reached.</exception>
    public async Task<int> ReadAsync(string stream, TimeSpan wait, CancellationToken cancellationToken)
    {
        var query = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"streams/{stream}?after={LastSequence(stream)}");
        if (wait > TimeSpan.Zero)
            query += string.Create(System.Globalization.CultureInfo.InvariantCulture, $"&wait={(int)wait.TotalSeconds}");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUrl, query));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            tokens.Forget();
        if (response.StatusCode == HttpStatusCode.NoContent)
            return 0;
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await RecordAsync(stream, new LineReader(body, MaximumLine), cancellationToken);
    }

    private async Task<int> RecordAsync(string stream, LineReader lines, CancellationToken cancellationToken)
    {
        var count = 0;
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            // Blank lines keep a waiting connection alive.
            if (line.Span.Trim("\r "u8).IsEmpty)
                continue;
            var entry = JsonSerializer.Deserialize(line.Span, StreamJson.Default.StreamEntry) ?? throw new JsonException("A stream entry is null");
            Record(ReceivedEntry.From(participant, stream, entry, time.GetUtcNow()));
            count++;
        }
        return count;
    }

    private void Record(ReceivedEntry entry)
    {
        lock (gate)
        {
            ledger.Add(entry);
            last[entry.Stream] = Math.Max(last.GetValueOrDefault(entry.Stream), entry.Sequence);
        }
    }

    private async Task FollowAsync(string stream, TimeSpan wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = time.GetTimestamp();
            try
            {
                // An empty answer that did not wait would otherwise make this a busy loop.
                if (await ReadAsync(stream, wait, cancellationToken) == 0 && time.GetElapsedTime(from) < RetryDelay)
                    await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                Interlocked.Increment(ref failures);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    public void Dispose() => tokens.Dispose();
}
