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
        Findings = [new ManifestFinding("https://files.acme.example/f2", "not-found", "LinkExpired: HTTP 404"), new ManifestFinding(null, "informational", "not loaded")],
    };

    private static readonly Submission Taken = new()
    {
        Id = "s-1", Source = 1, Entry = 1, AcceptedAt = DateTimeOffset.UnixEpoch, Files = [new SpooledFile("s-1/0", "https://files.acme.example/f1", 100, "ab12")],
        Counts = new SubmissionCounts { Lines = 10, Stored = 8, Unchanged = 1, Held = 1 },
    };

    [Fact]
    public void The_manifest_its_files_and_what_could_not_be_had_are_OperationOutcomes_and_counted()
    {
        var writer = new ManifestOutcomeWriter();
        writer.Manifest(Manifest, Taken);
        writer.File(Taken.Files[0], new FileReport { Done = 10, Held = 1, WithIssues = 2 });
        writer.Missing(new Dictionary<string, long> { ["Organization"] = 5 });
        var lines = Lines(writer);
        Assert.Equal(new OutcomeFile(lines.Length, writer.Content.Length, 2, 1, 3), writer.ToFile());
        Assert.All(lines, l => Assert.Equal("OperationOutcome", l.GetProperty("resourceType").GetString()));
        Assert.DoesNotContain(lines, l => l.GetRawText().Contains("geheim", StringComparison.Ordinal));
        Assert.Contains("1 of 3 files taken as s-1, 10 lines: 8 new or changed, 1 unchanged, 0 deleted, 1 held", lines[0].GetRawText(), StringComparison.Ordinal);
        var receipt = lines.Single(l => l.GetRawText().Contains("SHA-256 ab12", StringComparison.Ordinal));
        Assert.Equal("https://files.acme.example/f1", receipt.GetProperty("extension")[0].GetProperty("valueString").GetString());
    }

    [Fact]
    public void A_manifest_of_which_nothing_could_be_taken_says_so_as_an_error()
    {
        var writer = new ManifestOutcomeWriter();
        writer.Manifest(Manifest with { Stage = ManifestStage.Failed, Submission = null, MoreFindings = 0, Findings = [] }, null);
        Assert.Equal(1, writer.ToFile().Errors);
        Assert.Contains("Nothing of manifest https://files.acme.example", Lines(writer).Single().GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_manifest_is_no_error()
    {
        var writer = new ManifestOutcomeWriter();
        writer.Manifest(Manifest with { Files = 0, Submission = null, MoreFindings = 0, Findings = [] }, null);
        Assert.Equal((0L, 1L), (writer.ToFile().Errors, writer.ToFile().Information));
    }

    private static ImmutableArray<JsonElement> Lines(ManifestOutcomeWriter writer) =>
        [.. Encoding.UTF8.GetString(writer.Content).TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement.Clone())];
}
