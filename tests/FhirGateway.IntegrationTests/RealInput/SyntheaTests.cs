using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.RealInput;

/// <summary>Synthetic records that nobody here wrote, end to end: exactly what may go reaches the participant.</summary>
public sealed class SyntheaTests
{
    [Fact]
    public async Task Claims_of_bundles_reach_the_participant_of_the_payer_that_attributes_and_only_from_it()
    {
        await using var gateway = new GatewayProcess();
        await Archive.UnpackAsync("synthea-bundles-8.tar.gz", Path.Combine(gateway.Folder, "bundles"));
        var patients = Archive.FromBundles(Path.Combine(gateway.Folder, "bundles"), "Patient");
        var claims = Archive.FromBundles(Path.Combine(gateway.Folder, "bundles"), "ExplanationOfBenefit");
        Assert.Equal(8, patients.Count);
        Assert.All(claims, c => Assert.StartsWith("urn:uuid:", c.Text("patient", "reference"), StringComparison.Ordinal));
        await AddOrganizationsAsync(gateway);
        foreach (var payer in new[] { "acme", "zenith" })
        {
            gateway.Write(payer + "/ExplanationOfBenefit.ndjson", Archive.Ndjson(claims));
            gateway.Write(payer + "/Patient.ndjson", Archive.Ndjson(patients));
        }

        // Half of the patients, each from the day on which the middle one of its claims begins.
        var starts = patients.ToDictionary(p => p.Text("id"), p => StartOf(claims, p.Text("id")));
        var attributed = patients.Take(4).Select(p => p.Text("id")).ToList();
        gateway.Write("roster.csv", Roster(attributed.Select(id => (id, starts[id]))));
        (await gateway.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        var receipt = (await gateway.RunAsync("import", "acme", "--source", "acme")).Expect(0).Json;
        Assert.Equal(patients.Count + claims.Count, receipt.GetProperty("counts").GetProperty("stored").GetInt64());
        Assert.Equal(0, receipt.GetProperty("counts").GetProperty("held").GetInt64());
        (await gateway.RunAsync("import", "zenith", "--source", "zenith")).Expect(0);
        await CheckClaimsAsync(gateway, claims, attributed, starts);

        foreach (var payer in new[] { "acme", "zenith" })
        {
            var again = (await gateway.RunAsync("import", payer, "--source", payer)).Expect(0).Json;
            Assert.Equal(0, again.GetProperty("counts").GetProperty("published").GetInt64());
            Assert.Equal(0, again.GetProperty("counts").GetProperty("stored").GetInt64());
        }

        await CheckClaimsAsync(gateway, claims, attributed, starts);
        var later = patients[4].Text("id");
        gateway.Write("later.csv", Roster([(later, starts[later])]));
        (await gateway.RunAsync("roster", "load", "later.csv", "--source", "acme", "--change")).Expect(0);
        await CheckClaimsAsync(gateway, claims, [.. attributed, later], starts);
        (await gateway.RunAsync("audit", "verify")).Expect(0);
    }

    [Fact]
    public async Task A_bulk_export_gives_what_falls_into_the_period_of_those_attributed_and_its_log_is_held()
    {
        const string Start = "2015-01-01";
        await using var gateway = new GatewayProcess();
        await Archive.UnpackAsync("synthea-bulk-10.tar.gz", gateway.Folder);
        var folder = Path.Combine(gateway.Folder, "synthea-bulk-10");
        await AddOrganizationsAsync(gateway);
        var attributed = Read(folder, "Patient").Select(p => p.Text("id")).Take(7).ToHashSet();
        gateway.Write("roster.csv", Roster(attributed.Select(id => (id, Start))));
        (await gateway.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        var import = (await gateway.RunAsync("import", "synthea-bulk-10", "--source", "acme")).Expect(1).Json;
        var log = File.ReadLines(Path.Combine(folder, "log.ndjson")).Count(l => l.Length > 0);
        Assert.Equal(log, import.GetProperty("counts").GetProperty("held").GetInt64());
        Assert.Equal(log, import.GetProperty("counts").GetProperty("heldByReason").GetProperty("not-a-resource").GetInt64());

        var events = await StreamAsync(gateway, "clinical");
        var found = events.ToLookup(e => e.Text("data", "resourceType"), e => e.Text("data", "id"));
        var missing = new List<string>();
        foreach (var (type, last) in DatedTypes)
        {
            var all = Read(folder, type);
            var due = all.Where(r => attributed.Contains(SubjectOf(r)) && last(r) is var day && (day.Length == 0 || string.CompareOrdinal(day.Day(), Start) >= 0)).ToList();
            var ids = due.ToDictionary(r => Published(type, r), r => r.Text("id"));
            Assert.Equal(found[type].Count(), found[type].Distinct().Count());
            Assert.DoesNotContain(found[type], id => !ids.ContainsKey(id));
            Assert.NotEmpty(found[type]);
            Assert.True(due.Count < all.Count, type);
            missing.AddRange(ids.Where(i => !found[type].Contains(i.Key)).Select(i => $"{type}/{i.Value}"));
        }

        // What was due and did not go must be withheld for its label, and for nothing else.
        await CheckLabelledAsync(gateway, missing);
        var again = (await gateway.RunAsync("import", "synthea-bulk-10", "--source", "acme")).Expect(1).Json;
        Assert.Equal(0, again.GetProperty("counts").GetProperty("published").GetInt64());
        Assert.Equal(events.Count, (await StreamAsync(gateway, "clinical")).Count);
        (await gateway.RunAsync("audit", "verify")).Expect(0);
    }

    /// <summary>Types with a date of their own, and the last day of the service; empty for open or unknown.</summary>
    private static readonly (string Type, Func<JsonElement, string> Last)[] DatedTypes =
    [
        ("Encounter", r => r.Text("period", "end")),
        ("Immunization", r => r.Text("occurrenceDateTime")),
        ("MedicationRequest", r => r.Text("authoredOn")),
        ("Procedure", r => r.Text("performedPeriod", "end") is { Length: > 0 } end ? end : r.Text("performedDateTime")),
        ("DocumentReference", r => r.Text("date")),
    ];

    private static async Task CheckClaimsAsync(
        GatewayProcess gateway, IReadOnlyList<JsonElement> claims, IReadOnlyList<string> attributed, Dictionary<string, string> starts)
    {
        var events = await StreamAsync(gateway, "claims");
        Assert.All(events, e => Assert.Equal("acme", e.GetProperty("source").GetString()));
        Assert.All(await StreamAsync(gateway, "clinical"), e => Assert.Equal("acme", e.GetProperty("source").GetString()));
        var due = claims
            .Where(c => attributed.Contains(SubjectOf(c)) && string.CompareOrdinal(c.Text("billablePeriod", "end").Day(), starts[SubjectOf(c)]) >= 0)
            .ToDictionary(c => Published("ExplanationOfBenefit", c), c => c.Text("id"));
        Assert.True(due.Count < claims.Count(c => attributed.Contains(SubjectOf(c))));
        var found = events.Where(e => e.GetProperty("type").GetString() == EventTypes.ClaimsEob).Select(e => e.Text("data", "id")).ToList();
        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, id => !due.ContainsKey(id));
        await CheckLabelledAsync(gateway, [.. due.Where(d => !found.Contains(d.Key)).Select(d => "ExplanationOfBenefit/" + d.Value)]);
    }

    private static async Task CheckLabelledAsync(GatewayProcess gateway, IReadOnlyList<string> missing)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{missing.Count} due but withheld");
        foreach (var resource in missing.Take(5))
        {
            var why = (await gateway.RunAsync("why", "aco", resource)).Expect(0).Output;
            Assert.True(why.Contains("may not go (labelled)", StringComparison.Ordinal), why);
        }
    }

    private static async Task AddOrganizationsAsync(GatewayProcess gateway)
    {
        (await gateway.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(0);
        (await gateway.RunAsync("source", "add", "zenith", "--kind", "payer")).Expect(0);
        (await gateway.RunAsync("participant", "add", "aco")).Expect(0);
    }

    private static async Task<IReadOnlyList<JsonElement>> StreamAsync(GatewayProcess gateway, string stream)
    {
        var lines = (await gateway.RunAsync("stream", "aco", stream)).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = lines.Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => e.GetProperty("sequence").GetInt32()));
        return events;
    }

    private static string StartOf(IReadOnlyList<JsonElement> claims, string patient)
    {
        var days = claims.Where(c => SubjectOf(c) == patient).Select(c => c.Text("billablePeriod", "start").Day()).Order(StringComparer.Ordinal).ToList();
        return days[days.Count / 2];
    }

    private static IReadOnlyList<JsonElement> Read(string folder, string type) =>
        [.. File.ReadLines(Path.Combine(folder, type + ".000.ndjson")).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];

    private static string SubjectOf(JsonElement resource)
    {
        var reference = resource.Text("patient", "reference") + resource.Text("subject", "reference");
        return reference[(reference.LastIndexOfAny(['/', ':']) + 1)..];
    }

    private static string Published(string type, JsonElement resource) => PublishedId.Create("acme", type, resource.Text("id")).ToString();

    private static string Roster(IEnumerable<(string Member, string Start)> members) =>
        "member_id,participant,start\n" + string.Concat(members.Select(m => $"{m.Member},aco,{m.Start}\n"));
}
