using System.Collections;
using System.Text.Json;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>Reads the claims streams of both participants from the beginning and counts each numbered claim.</summary>
internal sealed class ClaimTally(GatewayProcess gateway, long claims)
{
    private readonly BitArray seen = new(checked((int)claims));
    private readonly List<string> violations = [];

    public long Once { get; private set; }
    public IReadOnlyList<string> Violations => violations;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in FaultWorld.Participants)
            await ReadAsync(participant, cancellationToken);
        if (Once != claims)
            violations.Add($"{claims - Once} of {claims} claims are in no stream");
    }

    private async Task ReadAsync(string participant, CancellationToken cancellationToken)
    {
        var last = 0L;
        for (var more = true; more;)
        {
            more = false;
            using var request = await gateway.RequestAsync(HttpMethod.Get, participant, $"/streams/claims?after={last}&most=2000", cancellationToken);
            using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                more = true;
                Take(participant, line, ++last);
            }
        }
    }

    private void Take(string participant, string line, long expected)
    {
        // The number stands at the beginning of the line; reading the whole of a million resources would take longer than the job.
        if (!line.StartsWith($"{{\"sequence\":{expected},", StringComparison.Ordinal))
            Note($"{participant}: sequence {expected} is not where it should be: {JsonSerializer.Deserialize<JsonElement>(line).GetProperty("sequence")}");
        if (ClaimFiles.NumberIn(line) is not (>= 0 and var number))
            return;
        if (number >= claims || ClaimFiles.ParticipantOf(number) != participant)
            Note($"{participant}: claim {number} is not due");
        else if (seen[(int)number])
            Note($"{participant}: claim {number} is there twice, again at {expected}");
        else
            (seen[(int)number], Once) = (true, Once + 1);
    }

    private void Note(string violation)
    {
        if (violations.Count < 100)
            violations.Add(violation);
    }
}
