using System.Text;
using FhirGateway.Adapters.BulkSubmit;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class StatusManifestWriterTests
{
    private static readonly StatusManifest Manifest = new()
    {
        SubmissionId = "sub-1",
        TransactionTime = new DateTimeOffset(2026, 6, 1, 12, 0, 0, 250, TimeSpan.FromHours(2)),
        Request = "https://gateway.example/fhir/$bulk-submit-status",
        Outcomes = [new StatusOutcome("https://gateway.example/o/1.ndjson", "https://files.acme.example/m1?x=1&y=2", new OutcomeFile(3, 400, 1, 0, 2))],
        Next = "https://gateway.example/o?page=2",
    };

    [Fact]
    public void The_ballot_has_outcomes_with_counts_by_severity_and_the_id_at_its_root() => Assert.Equal(
        """
        {"submissionId":"sub-1","manifestType":"http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkSubmitStatusManifest","transactionTime":"2026-06-01T10:00:00.250Z","requiresAccessToken":true,"outputFormat":"application/fhir+ndjson","output":[],"deleted":[],"outcome":[{"url":"https://gateway.example/o/1.ndjson","manifestUrl":"https://files.acme.example/m1?x=1&y=2","count":3,"fileSize":400,"countSeverity":[{"code":"error","count":1},{"code":"warning","count":0},{"code":"information","count":2}]}],"link":[{"relation":"next","url":"https://gateway.example/o?page=2"}]}
        """.TrimEnd(),
        Encoding.UTF8.GetString(StatusManifestWriter.Write(Manifest, SubmitDialect.Ballot)));

    [Fact]
    public void The_draft_of_2025_has_errors_with_an_extension_object() => Assert.Equal(
        """
        {"transactionTime":"2026-06-01T10:00:00.250Z","request":"https://gateway.example/fhir/$bulk-submit-status","requiresAccessToken":true,"output":[],"error":[{"type":"OperationOutcome","url":"https://gateway.example/o/1.ndjson","count":3,"extension":{"manifestUrl":"https://files.acme.example/m1?x=1&y=2","countSeverity":{"success":2,"error":1}}}],"link":[{"relation":"next","url":"https://gateway.example/o?page=2"}],"extension":{"submissionId":"sub-1"}}
        """.TrimEnd(),
        Encoding.UTF8.GetString(StatusManifestWriter.Write(Manifest, SubmitDialect.Argonaut2025)));

    [Fact]
    public void The_last_page_has_no_link()
    {
        foreach (var dialect in Enum.GetValues<SubmitDialect>())
            Assert.DoesNotContain("link", Encoding.UTF8.GetString(StatusManifestWriter.Write(Manifest with { Next = null }, dialect)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, SubmitDialect.Ballot)]
    [InlineData(null, true, SubmitDialect.Argonaut2025)]
    [InlineData("stu2", true, SubmitDialect.Argonaut2025)]
    [InlineData("v4", true, SubmitDialect.Ballot)]
    [InlineData("argonaut-2025", false, SubmitDialect.Argonaut2025)]
    public void The_partners_setting_decides_and_without_one_what_the_sender_speaks(string? setting, bool isDraft, SubmitDialect dialect) =>
        Assert.Equal(dialect, SubmitDialects.Of(setting, isDraft));
}
