using System.Globalization;
using System.Text.Json;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

/// <summary>A hospital's visits of one patient, and what the ACO that has the patient on its panel is told of them.</summary>
internal sealed class VisitWorld : IAsyncDisposable
{
    public const string Ada = "Moore^Ada";

    private VisitWorld(TestGateway gateway) => Gateway = gateway;

    public TestGateway Gateway { get; }

    public static async Task<VisitWorld> StartAsync(bool onPanel = true)
    {
        var world = new VisitWorld(await TestGateway.StartAsync());
        if (onPanel)
            await world.PanelAsync();
        return world;
    }

    public Task PanelAsync() => Gateway.Engine.Rosters.LoadPanelAsync(
        Gateway.Aco, "test",
        [
            new RosterRow
            {
                Line = 2, Key = "P1",
                Facts = new PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
            },
        ], [], 365, default);

    /// <summary>The patient's choice at the hospital, of that day of June.</summary>
    public async Task OptAsync(bool isOut, int day)
    {
        await Gateway.Engine.Rosters.LoadOptOutsAsync(
            Gateway.Hospital, "test", [new RosterRow { Line = 2, Key = "9", Facts = new PatientFacts(), OptedOut = isOut, AsOf = new DateOnly(2026, 6, day) }], [], default);
        await Gateway.DrainAsync();
    }

    /// <summary>Sends messages one after the other; each is effective before the next arrives.</summary>
    public async Task SendAsync(params VisitMessage[] messages)
    {
        foreach (var message in messages)
        {
            Assert.Contains("MSA|AA|", await Gateway.AdtAsync(message.ToString()), StringComparison.Ordinal);
            await Gateway.DrainAsync();
        }
    }

    /// <summary>Sends messages in one go.</summary>
    public async Task SendTogetherAsync(IEnumerable<VisitMessage> messages)
    {
        foreach (var message in messages)
            Assert.Contains("MSA|AA|", await Gateway.AdtAsync(message.ToString()), StringComparison.Ordinal);
        await Gateway.DrainAsync();
    }

    public async Task<List<StreamEntry>> ToldAsync() =>
        [.. (await Gateway.ReadAsync("adt")).Select(e => e.Deserialize<StreamEntry>()!)];

    public async Task<List<string>> TypesAsync() => [.. (await ToldAsync()).Select(e => e.Type)];

    /// <summary>What the participant takes for true: visit and milestone of every event that was neither cancelled nor taken back.</summary>
    public async Task<SortedSet<string>> StandingAsync()
    {
        var told = await ToldAsync();
        var cancelled = told.SelectMany(e => e.Adt?.Cancels ?? []).ToHashSet(StringComparer.Ordinal);
        return new SortedSet<string>(
            told.Where(e => e.Withdrawn is null && e.Type is not (EventTypes.AdtCancel or EventTypes.AdtUpdate) && !cancelled.Contains(e.Id) && e.Adt?.Milestone is not null)
                .Select(e => $"{e.Adt!.Episode} {e.Adt.Milestone}"),
            StringComparer.Ordinal);
    }

    /// <summary>The content of every visit that is stored, and the visit as folded.</summary>
    public async Task<List<string>> VisitsAsync(params string[] visits)
    {
        var found = new List<string>();
        var hospital = Gateway.Hospital.Number;
        await Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            foreach (var visit in visits)
            {
                foreach (var summary in tx.Episodes.Find(hospital, "MERCY|" + visit).OrderBy(s => s.Encounter))
                {
                    var stored = tx.Resources.Find(summary.Encounter, adt: true)!;
                    var episode = JsonSerializer.Serialize(summary.Episode with { LatestEntry = 0 }, EpisodeJson.Default.Episode);
                    found.Add($"{visit} {stored.Hash} {stored.EventType} {stored.Adt} {episode}");
                }
            }

            return true;
        }, default);
        return found;
    }

    /// <summary>The labels of every use of a visit number, by time.</summary>
    public Task<List<string>> LabelsAsync(string visit) => Gateway.Engine.Store.WriteAsync(
        StateLane.Messages,
        tx => tx.Episodes.Find(Gateway.Hospital.Number, "MERCY|" + visit).OrderBy(s => s.Episode.Latest).Select(s => tx.Resources.Find(s.Encounter, adt: true)!.Labels).ToList(),
        default);

    /// <summary>A visit number to which as many messages as are ever taken in have come; one of them is known.</summary>
    public Task<bool> OverrunAsync(string visit) => Gateway.Engine.Store.WriteAsync(
        StateLane.Messages,
        tx =>
        {
            var (source, key) = (Gateway.Hospital.Number, "MERCY|" + visit);
            var known = Assert.Single(tx.Episodes.EventsOf(source, key));
            for (var i = 1; i < EpisodeWriter.MostEvents; i++)
                Assert.True(tx.Episodes.Add(source, known with { Trigger = "A08", Order = known.Order with { Key = new Guid(i, 0, 0, new byte[8]) } }));
            return true;
        },
        default);

    public async Task<Episode> VisitAsync(string visit = "V1") => await Gateway.Engine.Store.WriteAsync(
        StateLane.Messages, tx => Assert.Single(tx.Episodes.Find(Gateway.Hospital.Number, "MERCY|" + visit)).Episode, default);

    /// <summary>What became of every message, as the audit log has it.</summary>
    public List<string> Outcomes()
    {
        using var state = new SqliteDatabase(Path.Combine(Gateway.Data, "state.db"), readOnly: true);
        return state.Sql("SELECT detail FROM audit WHERE kind = 'accepted' ORDER BY n")
            .All(r => JsonDocument.Parse(r.Text(0)).RootElement.GetProperty("outcome").GetString()!);
    }

    public static string Time(int day, int hour = 8, int minute = 0) =>
        new DateTime(2026, 6, 1, hour, minute, 0, DateTimeKind.Unspecified).AddDays(day - 1).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "-0500";

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
