using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Participants;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

internal static class SimulatedWorlds
{
    internal static readonly DateOnly Today = new(2026, 11, 20);

    internal static World Create(int seed = 1, int people = 600) =>
        World.Create(new WorldOptions { Seed = seed, People = people, Today = Today, ClaimsPerMember = 4 });

    internal static async Task<byte[]> BulkAsync(World world, string payer)
    {
        using var stream = new MemoryStream();
        await BulkFile.WriteAsync(new PayerScript(world, payer), stream, BulkSections.All, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    /// <summary>Ledgers of participants who received exactly the truth.</summary>
    internal static Dictionary<string, ImmutableArray<ReceivedEntry>> PerfectLedgers(WorldTruth truth)
    {
        var ledgers = new Dictionary<string, ImmutableArray<ReceivedEntry>>();
        foreach (var participant in truth.Participants.Values)
        {
            var entries = new List<ReceivedEntry>();
            var sequences = new Dictionary<string, long>();
            foreach (var expected in participant.Events.Values)
                entries.Add(Entry(participant.Participant, expected, sequences));
            for (var i = 1; i <= participant.LeastRosterEvents; i++)
            {
                entries.Add(new ReceivedEntry
                {
                    Participant = participant.Participant,
                    Stream = StreamNames.Roster,
                    Sequence = i,
                    Id = $"r{i}",
                    Type = EventTypes.RosterAdded,
                    Source = Cast.PayerA,
                    ArrivedAt = DateTimeOffset.UnixEpoch,
                });
            }
            ledgers[participant.Participant] = [.. entries];
        }
        return ledgers;
    }

    internal static List<SentMessage> AllAccepted(HospitalScript script) =>
        [.. script.Messages.Select(m => new SentMessage(m.ControlId, m.Trigger, "AA", DateTimeOffset.UnixEpoch, TimeSpan.Zero, 1, []))];

    private static ReceivedEntry Entry(string participant, ExpectedEvent expected, Dictionary<string, long> sequences)
    {
        var key = expected.Key;
        var sequence = sequences[key.Stream] = sequences.GetValueOrDefault(key.Stream) + 1;
        var isMessage = key.Stream == StreamNames.Adt;
        var parts = key.Subject.Split('/');
        return new ReceivedEntry
        {
            Participant = participant,
            Stream = key.Stream,
            Sequence = sequence,
            Id = string.Create(CultureInfo.InvariantCulture, $"{key.Stream}-{sequence}"),
            Type = key.Type,
            Source = expected.Source,
            Person = expected.Person is { } person ? $"{participant}-{person}" : null,
            LocalId = expected.LocalIds.FirstOrDefault(),
            SourceMessageId = isMessage ? key.Subject : null,
            ResourceType = isMessage ? "Bundle" : parts[0],
            ResourceId = isMessage ? "b" : parts[1],
            EncounterId = expected.EncounterId,
            ArrivedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(40),
        };
    }
}
