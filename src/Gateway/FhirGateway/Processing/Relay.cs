using System.Collections.Concurrent;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Organizations;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Delivers every stream of every participant to its topic, in order per person. Each topic goes its own way: one that is
/// slow, refused or stopped delays no other.
/// </summary>
public sealed class Relay(RelayParts parts, CurrentDirectory directory, ILogger<Relay> log)
{
    // The directory is swapped as a whole; comparing the reference is all that a look costs.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<(string Participant, string Stream), RelayTopic> topics = new();

    /// <summary>Every topic, by participant and stream.</summary>
    public IReadOnlyList<RelayStatus> Status =>
        [.. topics.Values.Select(t => t.Status).OrderBy(s => s.Participant, StringComparer.Ordinal).ThenBy(s => s.Stream, StringComparer.Ordinal)];

    /// <summary>Runs until cancelled; what is on its way then has <see cref="RelayOptions.StopWithin"/> to be reported.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var checking = new SemaphoreSlim(parts.Options.ParallelChecks);
        var running = new List<Task>();
        OrganizationDirectory? seen = null;
        try
        {
            using var timer = new PeriodicTimer(LookEvery, parts.Clock);
            do
            {
                var current = directory.Value;
                if (ReferenceEquals(current, seen))
                    continue;
                seen = current;
                foreach (var participant in current.Participants)
                {
                    foreach (var stream in StreamNames.All)
                    {
                        var topic = new RelayTopic(participant, stream, parts, checking, log);
                        if (topics.TryAdd((participant.Id, stream), topic))
                            running.Add(Task.Run(() => topic.RunAsync(cancellationToken), CancellationToken.None));
                    }
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>
    /// Sends the parked events of a stream again, in order and with the numbers that they had; those refused again stay
    /// parked. Answers how many there are, or null for an unknown participant or stream.
    /// </summary>
    public async Task<int?> RetryParkedAsync(string participant, string stream, string by, CancellationToken cancellationToken)
    {
        if (directory.Value.FindParticipant(participant) is not { } known || !StreamNames.All.Contains(stream))
            return null;
        var count = await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var marked = tx.Relay.RetryParked(known.Number, stream);
            tx.Audit.Append(new AuditRecord(AuditKinds.Change, SmallJson.Write((participant, stream, by, marked), static (json, f) =>
            {
                json.WriteString("what", "retry of parked events");
                json.WriteString("participant", f.participant);
                json.WriteString("stream", f.stream);
                json.WriteNumber("count", f.marked);
                json.WriteString("by", f.by);
            })));
            return marked;
        }, cancellationToken);
        if (topics.TryGetValue((participant, stream), out var topic))
            topic.Retry();
        return count;
    }
}
