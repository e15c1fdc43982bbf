using System.Globalization;
using System.Text;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

/// <summary>Derives the expected events a second time, from nothing but the bytes that are sent, and compares.</summary>
public sealed class WorldTruthTests
{
    private readonly World world = SimulatedWorlds.Create(people: 1_200);

    [Theory]
    [InlineData(Cast.PayerA)]
    [InlineData(Cast.PayerB)]
    public async Task The_truth_about_a_payer_follows_from_its_files_alone(string payer)
    {
        var roster = Csv(PayerTables.Roster(world, payer)).ToDictionary(r => r[0]);
        var optOuts = PayerTables.OptOuts(world, payer) is { } csv ? Csv(csv) : [];
        var resources = Encoding.UTF8.GetString(await SimulatedWorlds.BulkAsync(world, payer)).TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var memberOf = resources.Where(r => Text(r, "resourceType") == "Patient").ToDictionary(r => Text(r, "id"), r => Text(r.GetProperty("identifier")[0], "value"));
        var expected = Cast.Participants.ToDictionary(p => p, _ => new HashSet<string>());
        var references = Cast.Participants.ToDictionary(p => p, _ => new HashSet<string>());
        foreach (var resource in resources)
        {
            if (Patient(resource) is not { } reference)
                continue;
            var member = reference.Contains('|') ? reference[(reference.IndexOf('|') + 1)..] : memberOf[reference.Split('/', ':')[^1]];
            if (!roster.TryGetValue(member, out var row) || !IsOpen(row, optOuts) || !Overlaps(resource, row) || resource.GetRawText() is var raw && (raw.Contains("F10.20") || raw.Contains("H0005")))
                continue;
            expected[row[6]].Add(Name(payer, resource));
            references[row[6]].UnionWith(References(resource));
        }
        foreach (var resource in resources.Where(r => Patient(r) is null))
        {
            var (type, id) = (Text(resource, "resourceType"), Text(resource, "id"));
            var conditional = $"{type}?identifier=http://hl7.org/fhir/sid/us-npi|{Text(resource.GetProperty("identifier")[0], "value")}";
            foreach (var participant in Cast.Participants.Where(p => references[p].Overlaps([$"{type}/{id}", $"urn:uuid:{id}", conditional])))
                expected[participant].Add(Name(payer, resource));
        }
        foreach (var truth in WorldTruth.Of(world, null).Participants.Values)
        {
            var actual = truth.Events.Values.Where(e => e.Source == payer).Select(e => $"{e.Key.Stream}:{e.Key.Type}:{e.Key.Subject}").ToHashSet();
            Assert.NotEmpty(actual);
            Assert.Equal(expected[truth.Participant].Order(), actual.Order());
        }
    }

    [Fact]
    public async Task The_truth_about_the_hospital_follows_from_its_messages_alone()
    {
        var rows = new List<(string Participant, string? Mbi, string Member, string Key, string[] Row)>();
        foreach (var payer in Cast.Payers)
        {
            var mbis = Encoding.UTF8.GetString(await SimulatedWorlds.BulkAsync(world, payer)).Split('\n').Where(l => l.StartsWith("{\"resourceType\":\"Patient\"", StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("identifier"))
                .ToDictionary(i => Text(i[0], "value"), i => i.EnumerateArray().Where(x => Text(x, "system").EndsWith("us-mbi", StringComparison.Ordinal)).Select(x => Text(x, "value")).SingleOrDefault());
            rows.AddRange(Csv(PayerTables.Roster(world, payer)).Select(r => (r[6], mbis[r[0]], $"{r[0]}^^^{payer.ToUpperInvariant()}^MB", $"{r[1]}|{r[2]}|{r[3].Replace("-", "")}|{r[4]}|{r[5]}".ToUpperInvariant(), r)));
        }
        var hospital = new HospitalScript(world);
        var expected = Cast.Participants.ToDictionary(p => p, _ => new HashSet<string>());
        foreach (var message in hospital.Messages.DistinctBy(m => m.Visit.Number + m.Trigger))
        {
            var text = Encoding.UTF8.GetString(HospitalScript.Render(message));
            if (text.Contains("|VIP|") || text.Contains("|PSY|") || text.Contains("F10.20"))
                continue;
            var pid = text.Split('\r').Single(s => s.StartsWith("PID", StringComparison.Ordinal)).Split('|');
            var ids = pid[3].Split('~');
            var key = $"{pid[5].Split('^')[0]}|{pid[5].Split('^')[1]}|{pid[7]}|{pid[8]}|{pid[11].Split('^')[4]}".ToUpperInvariant();
            // Everything that an identifier or the five facts tie together, until nothing more is tied.
            var tied = rows.Where(r => ids.Contains(r.Member) || (r.Mbi is not null && ids.Contains($"{r.Mbi}^^^CMS^MC")) || r.Key == key).ToList();
            tied = [.. rows.Where(r => tied.Exists(t => t.Key == r.Key || (t.Mbi is not null && t.Mbi == r.Mbi)))];
            foreach (var row in tied.Where(t => IsOpen(t.Row, [])))
                expected[row.Participant].Add($"{message.EventType}:{message.ControlId}");
        }
        foreach (var truth in WorldTruth.Of(world, hospital).Participants.Values)
        {
            var actual = truth.Events.Keys.Where(k => k.Stream == StreamNames.Adt && k.Type is not (EventTypes.AdtReturn or EventTypes.AdtEdRevisit)).Select(k => $"{k.Type}:{k.Subject}").ToHashSet();
            Assert.NotEmpty(actual);
            Assert.Equal(expected[truth.Participant].Order(), actual.Order());
        }
    }

    private bool IsOpen(string[] row, List<string[]> optOuts)
    {
        var last = optOuts.Where(o => o[0] == row[0] && (o[1].Length == 0 || o[1] == row[6])).OrderBy(o => o[3], StringComparer.Ordinal).LastOrDefault();
        return Day(row[7]) <= world.Options.Today && (row[8].Length == 0 || Day(row[8]) >= world.Options.Today) && last?[2] != "opt-out";
    }

    private static bool Overlaps(JsonElement resource, string[] row)
    {
        var (start, end) = Text(resource, "resourceType") switch
        {
            "ExplanationOfBenefit" => Period(resource.GetProperty("billablePeriod")),
            "Coverage" or "Encounter" => Period(resource.GetProperty("period")),
            "Condition" => (Day(Text(resource, "onsetDateTime")), Day(Text(resource, "onsetDateTime"))),
            _ => ((DateOnly?)null, (DateOnly?)null),
        };
        return (end is null || end >= Day(row[7])) && (start is null || row[8].Length == 0 || start <= Day(row[8]));
    }

    private static (DateOnly?, DateOnly?) Period(JsonElement period) =>
        (Day(Text(period, "start")), period.TryGetProperty("end", out var end) ? Day(end.GetString()!) : null);

    private static string? Patient(JsonElement resource) => Text(resource, "resourceType") switch
    {
        "Patient" => Text(resource, "id"),
        "Coverage" => Text(resource.GetProperty("beneficiary"), "reference"),
        "ExplanationOfBenefit" => Text(resource.GetProperty("patient"), "reference"),
        "Encounter" or "Condition" => Text(resource.GetProperty("subject"), "reference"),
        _ => null,
    };

    private static string Name(string payer, JsonElement resource)
    {
        var type = Text(resource, "resourceType");
        var (stream, name) = type switch { "ExplanationOfBenefit" => ("claims", "claims.eob"), "Coverage" => ("claims", "claims.coverage"), _ => ("clinical", "clinical.resource") };
        return $"{stream}:{name}:{type}/{PublishedId.Create(payer, type, Text(resource, "id"))}";
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "reference" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static List<string[]> Csv(byte[] csv) => [.. Encoding.UTF8.GetString(csv).TrimEnd('\n').Split('\n').Skip(1).Select(l => l.Split(','))];

    private static DateOnly Day(string text) => DateOnly.ParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
