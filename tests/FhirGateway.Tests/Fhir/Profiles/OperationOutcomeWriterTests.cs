using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Profiles;

public sealed class OperationOutcomeWriterTests
{
    [Fact]
    public void Findings_become_an_operation_outcome()
    {
        var text = Encoding.UTF8.GetBytes("{\n \"ä😀\":1,\"b\":2}");
        List<ValidationIssue> issues =
        [
            new(IssueSeverity.Warning, "invariant", "us-core-6", "Patient.name[0]", "Give a family name", Encoding.UTF8.GetByteCount("{\n \"ä😀\":1,")) { Profile = "http://x|1" },
            new(IssueSeverity.Error, "structure", "unknown-element", "Patient.b", "Unknown", 0),
            new(IssueSeverity.Information, "informational", "", "", "Of no place", -1),
        ];
        var json = OperationOutcomeWriter.Write(issues, IssuePlace.Find(issues, text, firstLine: 7), "a.json");
        using var document = JsonDocument.Parse(json);
        Assert.Equal("a.json", document.RootElement.GetProperty("extension")[0].GetProperty("valueString").GetString());
        var issue = document.RootElement.GetProperty("issue")[0];
        Assert.Equal("warning", issue.GetProperty("severity").GetString());
        Assert.Equal("us-core-6", issue.GetProperty("details").GetProperty("coding")[0].GetProperty("code").GetString());
        Assert.Equal("Patient.name[0]", issue.GetProperty("expression")[0].GetString());
        Assert.Equal([8, 10], issue.GetProperty("extension").EnumerateArray().Take(2).Select(e => e.GetProperty("valueInteger").GetInt32()));
        Assert.Equal("http://x|1", issue.GetProperty("extension")[2].GetProperty("valueString").GetString());
        Assert.Equal(7, document.RootElement.GetProperty("issue")[1].GetProperty("extension")[0].GetProperty("valueInteger").GetInt32());
        Assert.Equal([7, 1], document.RootElement.GetProperty("issue")[2].GetProperty("extension").EnumerateArray().Select(e => e.GetProperty("valueInteger").GetInt32()));
    }

    [Fact]
    public void What_is_written_is_an_operation_outcome_with_at_least_one_issue()
    {
        foreach (var json in (byte[][])[OperationOutcomeWriter.Write([]), OperationOutcomeWriter.Write([new(IssueSeverity.Fatal, "invalid", "json", "", "Broken", 3)], [new(1, 4)])])
        {
            var tape = new JsonTape();
            Assert.True(tape.Read(json).IsNone);
            Assert.DoesNotContain(Validated.By(Validated.R4, tape), i => i.Severity is IssueSeverity.Fatal or IssueSeverity.Error);
        }
    }
}
