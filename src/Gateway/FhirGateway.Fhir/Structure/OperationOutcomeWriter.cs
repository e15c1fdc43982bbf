using System.Text.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>Writes issues as an OperationOutcome of FHIR R4.</summary>
public static class OperationOutcomeWriter
{
    /// <summary>Extension of an issue: the line of the input, from 1.</summary>
    public const string LineExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";

    /// <summary>One OperationOutcome as UTF-8 JSON. Without issues it says so, for an OperationOutcome has at least one.</summary>
    /// <param name="issues">The findings.</param>
    /// <param name="line">Line of the input that they are about, if there is one.</param>
    public static byte[] Write(IReadOnlyList<StructureIssue> issues, long? line = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer, issues, line);
        return stream.ToArray();
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<StructureIssue> issues, long? line = null)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "OperationOutcome"u8);
        writer.WriteStartArray("issue"u8);
        if (issues.Count == 0)
            Write(writer, new StructureIssue(IssueSeverity.Information, "informational", "", "No issues"), line);
        foreach (var issue in issues)
            Write(writer, issue, line);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StructureIssue issue, long? line)
    {
        writer.WriteStartObject();
        if (line is { } number)
        {
            writer.WriteStartArray("extension"u8);
            writer.WriteStartObject();
            writer.WriteString("url"u8, LineExtension);
            writer.WriteNumber("valueInteger"u8, number);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        writer.WriteString("severity"u8, issue.Severity switch
        {
            IssueSeverity.Fatal => "fatal",
            IssueSeverity.Error => "error",
            IssueSeverity.Warning => "warning",
            _ => "information",
        });
        writer.WriteString("code"u8, issue.Code);
        writer.WriteString("diagnostics"u8, issue.Message);
        if (issue.Expression.Length > 0)
        {
            writer.WriteStartArray("expression"u8);
            writer.WriteStringValue(issue.Expression);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
