using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class ManifestOutcomeWriterTests
{
    private static readonly SubmittedManifest Manifest = new()
    {
        Number = 1, Url = "https://files.acme.example/m1?sig=geheim", FhirBaseUrl = "https://fhir.acme.example/r4", Call = "a", Files = 3,
        Stage = ManifestStage.Processed, Submission = "s-1", MoreFindings = 2,
        Findings = [new ManifestFinding("https://files.acme.example/f2", "not-found", "LinkExpired: HTTP 404")],
    };

    private static readonly Submission Taken = new()
    {
        Id = "s-1", Source = 1, Entry = 1, AcceptedAt = DateTimeOffset.UnixEpoch, Files = [new SpooledFile("s-1/0", "https://files.acme.example/f1", 100, "ab")],
        Counts = new SubmissionCounts { Lines = 10, Stored = 8, Unchanged = 1, Held = 1 },
    };

    private static readonly FileReport Report = new()
    {
        Done = 10,
        Held = 1,
        WithIssues = 2,
        HeldByReason = ImmutableSortedDictionary<string, long>.Empty.Add("wrong-type", 1),
        Findings = ImmutableSortedDictionary<string, FindingSample>.Empty.Add(
            "error us-core-6", new FindingSample { Count = 2, Expression = "Patient.name", Places = [new FindingPlace(3, "Patient/p3"), new FindingPlace(4, "Patient/p4")] }),
    };

    [Fact]
    public void Every_file_every_reason_and_every_kind_of_finding_is_an_OperationOutcome_and_counted()
    {
        var (lines, file) = Write(SubmitDialect.Ballot);
        Assert.Equal(lines.Count, file.Count);
        var severities = lines.Select(l => l.GetProperty("issue")[0].GetProperty("severity").GetString()).CountBy(s => s!).ToDictionary();
        Assert.Equal((4L, 1L, 2L), (file.Errors, file.Warnings, file.Information));
        Assert.Equal((4, 1, 2), (severities["error"], severities["warning"], severities["information"]));
        Assert.All(lines, l => Assert.Equal("OperationOutcome", l.GetProperty("resourceType").GetString()));
        Assert.DoesNotContain(lines, l => l.GetRawText().Contains("geheim", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.GetRawText().Contains("\"code\":\"wrong-type\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SubmitDialect.Ballot, """{"url":"http://hl7.org/fhir/StructureDefinition/operationoutcome-sourceResource","valueReference":{"reference":"https://fhir.acme.example/r4/Patient/p3"}}""")]
    [InlineData(SubmitDialect.Argonaut2025, """{"url":"http://hl7.org/fhir/StructureDefinition/artifact-relatedArtifact","valueRelatedArtifact":{"type":"derived-from","url":"https://fhir.acme.example/r4/Patient/p3"}}""")]
    public void A_finding_points_to_a_few_of_its_resources_in_the_words_of_the_dialect(SubmitDialect dialect, string extension)
    {
        var (lines, _) = Write(dialect);
        var finding = lines.Single(l => l.GetRawText().Contains("us-core-6", StringComparison.Ordinal));
        Assert.Contains(extension, finding.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("Patient.name", finding.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
    }

    [Fact]
    public void A_manifest_of_which_nothing_could_be_taken_says_so_as_an_error()
    {
        using var writer = new ManifestOutcomeWriter(SubmitDialect.Ballot, "");
        writer.Manifest(Manifest with { Stage = ManifestStage.Failed, Submission = null, MoreFindings = 0 }, null);
        Assert.Equal((2L, 0L), (writer.ToFile().Errors, writer.ToFile().Information));
    }

    private static (List<JsonElement> Lines, OutcomeFile File) Write(SubmitDialect dialect)
    {
        using var writer = new ManifestOutcomeWriter(dialect, Manifest.FhirBaseUrl);
        writer.Manifest(Manifest, Taken);
        writer.File(Taken.Files[0], Report);
        writer.Missing(new Dictionary<string, long> { ["Organization"] = 5 });
        var text = Encoding.UTF8.GetString(writer.Content);
        Assert.Equal(text.Length, writer.ToFile().Size);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return ([.. text.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement.Clone())], writer.ToFile());
    }
}
