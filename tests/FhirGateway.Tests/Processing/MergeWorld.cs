using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Attributions;
using FhirGateway.People;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

/// <summary>A hospital that merges its patients 1 to 5, and an ACO that has some of them on its panel.</summary>
internal sealed class MergeWorld : IAsyncDisposable
{
    private static readonly string[] Names = ["Moore^Ada", "Stone^Bea", "Wood^Cid", "Hill^Dee", "Lake^Eve"];
    private readonly VisitWorld world;

    private MergeWorld(VisitWorld world) => this.world = world;

    public TestGateway Gateway => world.Gateway;

    /// <param name="panel">Who is on it; the first two if nobody is named.</param>
    public static async Task<MergeWorld> StartAsync(params int[] panel)
    {
        var started = new MergeWorld(await VisitWorld.StartAsync(onPanel: false));
        await started.Gateway.Engine.Rosters.LoadPanelAsync(started.Gateway.Aco, "test", [.. (panel is [] ? [1, 2] : panel).Select(Row)], [], 365, default);
        await started.Gateway.DrainAsync();
        return started;
    }

    /// <summary>A message about a visit, V1 of patient 1 and so on, in the order of their days.</summary>
    public static string Visit(int patient, string trigger = "A01", int day = 10, string? control = null, string? visit = null, string born = "19500517") =>
        new VisitMessage(trigger, control ?? $"{trigger}-{patient}-{day}", VisitWorld.Time(day + 10))
        {
            Mrn = Mrn(patient),
            Name = Names[patient - 1],
            Born = born,
            Visit = visit ?? $"V{patient}",
            Admitted = VisitWorld.Time(day + 10),
        }.ToString();

    public static string Merge(int retired, int survivor, int day, string trigger = "A40", string born = "19500517", string control = "", string rest = "", string pv1 = "") =>
        $"MSH|^~\\&|ADT|MERCY|GW|HIE|{VisitWorld.Time(day + 10)}||ADT^{trigger}|{(control.Length > 0 ? control : $"{trigger}-{retired}-{survivor}-{day}")}|P|2.5.1\rEVN||{VisitWorld.Time(day + 10)}\r"
        + $"PID|1||{Mrn(survivor)}^^^MERCY^MR||{Names[survivor - 1]}||{born}|F|||1 Elm St^^Denver^CO^80202\r"
        + (trigger is "A24" or "A37"
            ? $"PID|2||{Mrn(retired)}^^^MERCY^MR||{Names[retired - 1]}||19500517|F|||1 Elm St^^Denver^CO^80202\r"
            : $"MRG|{Mrn(retired)}^^^MERCY^MR|{rest}\r{pv1}");

    /// <summary>Sends messages one after the other; each is effective before the next arrives.</summary>
    public async Task SendAsync(params string[] messages)
    {
        foreach (var message in messages)
        {
            Assert.Contains("MSA|AA|", await Gateway.AdtAsync(message), StringComparison.Ordinal);
            await Gateway.DrainAsync();
        }
    }

    public Task<List<StreamEntry>> ToldAsync() => world.ToldAsync();

    public async Task UndoAsync(string retired)
    {
        var steered = await Gateway.Engine.Merges.UndoAsync(Gateway.Hospital, retired, "test", default);
        Assert.True(steered.IsDone, steered.Text);
        await Gateway.DrainAsync();
    }

    public async Task ReleaseAsync(string retired)
    {
        var steered = await Gateway.Engine.Merges.ReleaseAsync(Gateway.Hospital, retired, "test", default);
        Assert.True(steered.IsDone, steered.Text);
        await Gateway.DrainAsync();
    }

    /// <summary>What became of every message.</summary>
    public List<string> Outcomes() => world.Outcomes();

    public IReadOnlyDictionary<string, long> Held => Gateway.Engine.Reader.Status().Held;

    /// <summary>Who is one human, which key leads where, and whose each visit is. No number that depends on the order of arrival.</summary>
    public Task<string> ShapeAsync() => Gateway.Engine.Store.WriteAsync(StateLane.Messages, tx =>
    {
        var hospital = Gateway.Hospital.Number;
        var lines = new List<string>();
        var records = new List<SourceRecord>();
        for (var patient = 1; patient <= Names.Length; patient++)
        {
            if (tx.People.Find(RecordKind.Patient, hospital, Key(patient)) is { } record)
                records.Add(record);
            if (tx.People.Find(RecordKind.Panel, Gateway.Aco.Number, $"P{patient}") is { } row)
                records.Add(row);
            if (tx.Merges.Survivor(hospital, Key(patient)) is { } survivor)
                lines.Add($"{Key(patient)} leads to {survivor}");
            foreach (var visit in tx.Episodes.Find(hospital, $"MERCY|V{patient}"))
            {
                var stored = tx.Resources.Find(visit.Encounter, adt: true)!;
                Assert.Equal(visit.Record, stored.Record);
                lines.Add($"V{patient} is {tx.People.Get(visit.Record).Key}'s: {stored.Hash}");
            }
        }

        lines.AddRange(records.GroupBy(r => r.Person).Select(g => string.Join('=', g.Select(r => $"{r.Kind}{r.Key}").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }, default);

    public static string Key(int patient) => "MERCY|" + Mrn(patient);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static string Mrn(int patient) => "MR" + patient.ToString(CultureInfo.InvariantCulture);

    private static RosterRow Row(int patient)
    {
        var name = Names[patient - 1].Split('^');
        return new RosterRow
        {
            Line = patient + 1,
            Key = $"P{patient}",
            Facts = new PatientFacts { Family = name[0], Given = name[1], BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
        };
    }
}
