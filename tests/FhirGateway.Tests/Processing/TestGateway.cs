using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Files;
using FhirGateway.Attributions;
using FhirGateway.Host;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Submissions;
using FhirGateway.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.Processing;

/// <summary>An engine over a folder of its own, with a payer, a hospital and an ACO.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    private readonly TestFolder folder = new();

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 6, 15, 15, 0, 0, TimeSpan.Zero));
    public Engine Engine { get; private set; } = null!;
    public string Data => folder.In("data");
    public Source Payer => Engine.Organizations.Value.FindSource("payer-a")!;
    public Source Hospital => Engine.Organizations.Value.FindSource("hospital")!;
    public Participant Aco => Engine.Organizations.Value.FindParticipant("aco-one")!;

    public static async Task<TestGateway> StartAsync()
    {
        var gateway = new TestGateway();
        Directory.CreateDirectory(gateway.Data);
        await gateway.OpenAsync();
        await gateway.Engine.Registry.SaveAsync(new Source { Id = "payer-a", Kind = SourceKind.Payer }, "test", default);
        await gateway.Engine.Registry.SaveAsync(new Source { Id = "payer-b", Kind = SourceKind.Payer }, "test", default);
        await gateway.Engine.Registry.SaveAsync(new Source { Id = "hospital", Kind = SourceKind.Hospital, Facilities = ["MERCY"] }, "test", default);
        await gateway.Engine.Registry.SaveAsync(new Participant { Id = "aco-one" }, "test", default);
        return gateway;
    }

    public async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        await OpenAsync();
    }

    public async Task<Submission> ImportAsync(Source source, params string[] lines)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        var accepted = await Engine.BulkIntake.AcceptAsync(source, "test", [new BulkUpload("a.ndjson", content)], default);
        await DrainAsync();
        return (await Engine.Bulk.WaitAsync(accepted.Submission, TimeSpan.FromSeconds(30), default))!;
    }

    public async Task<string> AdtAsync(string message) =>
        Encoding.UTF8.GetString((await Engine.MessageIntake.ReceiveAsync(Encoding.UTF8.GetBytes(message), default)).First.Span);

    public Task DrainAsync() => Engine.DrainAsync(default).WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<RosterReport> RosterAsync(RosterOptions options, params RosterRow[] rows)
    {
        var report = await Engine.Rosters.LoadRosterAsync(Payer, "test", rows, [], options, default);
        await DrainAsync();
        return report;
    }

    public IReadOnlyList<Publication> Events(string stream) => Engine.Reader.Read(Aco.Number, stream, 0, 10_000);

    public async Task<List<JsonElement>> ReadAsync(string stream)
    {
        var page = await Engine.Exit.ReadAsync(Aco, "test", stream, 0, 10_000, default);
        return [.. page.Lines.Select(l => JsonDocument.Parse(l).RootElement)];
    }

    public static RosterRow Row(string member, string start = "2026-01-01", string? end = null, int line = 2) => new()
    {
        Line = line,
        Key = member,
        Facts = new PatientFacts(),
        Participant = "aco-one",
        Start = DateOnly.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
        End = end is null ? null : DateOnly.Parse(end, System.Globalization.CultureInfo.InvariantCulture),
        LocalId = "L-" + member,
    };

    public static string Patient(string id, string family = "Moore") =>
        $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{family}}"}]}""";

    public static string Eob(string id, string patient, string day = "2026-03-01", string provider = "") =>
        """{"resourceType":"ExplanationOfBenefit","id":"@id","status":"active","type":{"text":"x"},"use":"claim","patient":{"reference":"Patient/@patient"},"billablePeriod":{"start":"@day","end":"@day"},"created":"@day","insurer":{"display":"p"},"provider":{@provider},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"c"}}],"total":[{"category":{"text":"t"},"amount":{"value":12.50,"currency":"USD"}}]}"""
            .Replace("@id", id, StringComparison.Ordinal).Replace("@patient", patient, StringComparison.Ordinal).Replace("@day", day, StringComparison.Ordinal)
            .Replace("@provider", provider.Length == 0 ? "\"display\":\"d\"" : $"\"reference\":\"{provider}\"", StringComparison.Ordinal);

    public static string Adt(string trigger, string control, string time, string visit = "V1", string mrn = "9", string pv1Tail = "", string status = "I") =>
        $"MSH|^~\\&|ADT|MERCY|GW|HIE|{time}||ADT^{trigger}|{control}|P|2.5.1\rEVN||{time}\rPID|1||{mrn}^^^MERCY^MR||Moore^Ada||19500517|F|||1 Elm St^^Denver^CO^80202\rPV1|1|{status}|4N^401^1|||||||MED||||||{pv1Tail}|||{visit}^^^MERCY^VN\r";

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        folder.Dispose();
    }

    private async Task OpenAsync() =>
        Engine = await Engine.StartAsync(Data, null, Clock, NullLoggerFactory.Instance, default);
}
