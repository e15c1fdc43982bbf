using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>The Synthea bulk export, judged by a second reading of the release rule over the input files.</summary>
public sealed class SyntheaImportTests
{
    private static readonly DateOnly Start = new(2015, 1, 1);

    /// <summary>Dates by type (design, "Release"); a type that is not here and not without a person needs the attribution only.</summary>
    private static readonly Dictionary<string, string[]> Dates = new(StringComparer.Ordinal)
    {
        ["Encounter"] = ["period"],
        ["Condition"] = ["onsetDateTime", "recordedDate"],
        ["Procedure"] = ["performedPeriod", "performedDateTime"],
        ["Immunization"] = ["occurrenceDateTime"],
        ["MedicationRequest"] = ["authoredOn"],
        ["DocumentReference"] = ["date"],
    };

    [Fact]
    public async Task Half_of_the_patients_are_attributed_and_exactly_their_resources_from_the_start_on_go_out()
    {
        var archive = Path.Combine(GatewayFolder.Repository, "../shared/data/fhir/samples/synthea-bulk-10.tar.gz");
        if (!File.Exists(archive))
            Assert.Skip("shared: ../shared/data/fhir/samples/synthea-bulk-10.tar.gz is absent");
        using var folder = new GatewayFolder();
        await using (var file = File.OpenRead(archive))
        await using (var tar = new GZipStream(file, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, folder.Path, overwriteFiles: false, TestContext.Current.CancellationToken);
        var resources = Read(Path.Combine(folder.Path, "synthea-bulk-10"));
        var patients = resources.Where(r => Type(r) == "Patient").Select(Id).Order(StringComparer.Ordinal).ToList();
        var attributed = patients.Where((_, i) => i % 2 == 0).ToHashSet(StringComparer.Ordinal);
        (await folder.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(0);
        (await folder.RunAsync("participant", "add", "aco")).Expect(0);
        folder.Write("roster.csv", "member_id,participant,start\n" + string.Concat(attributed.Select(p => $"{p},aco,2015-01-01\n")));
        (await folder.RunAsync("roster", "load", "roster.csv", "--source", "acme")).Expect(0);
        var receipt = (await folder.RunAsync("import", "synthea-bulk-10", "--source", "acme")).Expect(1).Json.GetProperty("counts");
        Assert.Equal(4, receipt.GetProperty("heldByReason").GetProperty("not-a-resource").GetInt64());
        Assert.Equal(4, receipt.GetProperty("held").GetInt64());

        var received = (await folder.StreamAsync("aco", "clinical")).Concat(await folder.StreamAsync("aco", "claims")).Select(e => e.GetProperty("data")).ToList();
        var expected = resources.Where(r => PatientOf(r) is { } p && attributed.Contains(p) && IsDue(r)).GroupBy(Type).ToDictionary(g => g.Key, g => g.Count());
        var withPerson = received.Where(r => Type(r) == "Patient" || HasPerson(r)).GroupBy(Type).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), withPerson.OrderBy(e => e.Key, StringComparer.Ordinal));
        Assert.Equal(received.Count, received.Select(r => (Type(r), Id(r))).Distinct().Count());

        var second = (await folder.RunAsync("import", "synthea-bulk-10", "--source", "acme")).Expect(1).Json.GetProperty("counts");
        Assert.Equal(0, second.GetProperty("published").GetInt64());
        (await folder.RunAsync("audit", "verify")).Expect(0);
    }

    private static List<JsonElement> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.ndjson").Where(f => !f.EndsWith("log.ndjson", StringComparison.Ordinal))
            .SelectMany(File.ReadLines).Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize<JsonElement>(l)),
    ];

    private static string Type(JsonElement resource) => resource.GetProperty("resourceType").GetString()!;

    private static string Id(JsonElement resource) => resource.GetProperty("id").GetString()!;

    private static bool HasPerson(JsonElement resource) => resource.TryGetProperty("subject", out _) || resource.TryGetProperty("patient", out _);

    private static string? PatientOf(JsonElement resource)
    {
        if (Type(resource) == "Patient")
            return Id(resource);
        // A device in a person's use is that person's only by its own table.
        if (Type(resource) == "Device")
            return null;
        var reference = resource.TryGetProperty("subject", out var subject) ? subject : resource.TryGetProperty("patient", out var patient) ? patient : default;
        return reference.ValueKind == JsonValueKind.Object ? reference.GetProperty("reference").GetString()!["Patient/".Length..] : null;
    }

    private static bool IsDue(JsonElement resource)
    {
        if (!Dates.TryGetValue(Type(resource), out var members))
            return true;
        foreach (var member in members)
        {
            if (!resource.TryGetProperty(member, out var value))
                continue;
            // Open ends reach into the attribution.
            if (value.ValueKind == JsonValueKind.Object)
                return !value.TryGetProperty("end", out var end) || Day(end) >= Start;
            return Day(value) >= Start;
        }

        return false;
    }

    private static DateOnly Day(JsonElement date) => DateOnly.ParseExact(date.GetString()![..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
