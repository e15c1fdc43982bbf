using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Writes findings as an OperationOutcome of FHIR R4.</summary>
public static class OperationOutcomeWriter
{
    /// <summary>Extension of an issue: the line of the input, from 1.</summary>
    public const string LineExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";

    /// <summary>Extension of an issue: the UTF-16 unit of the line, from 1.</summary>
    public const string ColumnExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";

    /// <summary>Extension of an issue: the profile that asks for it.</summary>
    public const string ProfileExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-context";

    /// <summary>Extension of the OperationOutcome: the file it is about.</summary>
    public const string FileExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file";

    /// <summary>System of details.coding: what can be counted.</summary>
    public const string FindingSystem = "urn:fhir-gateway:finding";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One OperationOutcome as UTF-8 JSON. Without issues it says so, for an OperationOutcome has at least one.</summary>
    public static byte[] Write(IReadOnlyList<ValidationIssue> issues, IReadOnlyList<IssuePlace>? places = null, string? file = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
            Write(writer, issues, places, file);
        return stream.ToArray();
    }

    /// <inheritdoc cref="Write(IReadOnlyList{ValidationIssue}, IReadOnlyList{IssuePlace}?, string?)"/>
    /// <param name="writer">Takes the object.</param>
    /// <param name="issues">The findings.</param>
    /// <param name="places">Where each of them is, or without findings where the resource begins; null where that is not known.</param>
    /// <param name="file">What it is about.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ValidationIssue> issues, IReadOnlyList<IssuePlace>? places = null, string? file = null)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "OperationOutcome"u8);
        if (file is not null)
        {
            writer.WriteStartArray("extension"u8);
            Extension(writer, FileExtension, file);
            writer.WriteEndArray();
        }
        writer.WriteStartArray("issue"u8);
        if (issues.Count == 0)
            Write(writer, new ValidationIssue(IssueSeverity.Information, "informational", "", "", "No issues", -1), places is [var begin] ? begin : default);
        for (var i = 0; i < issues.Count; i++)
            Write(writer, issues[i], places is null ? default : places[i]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The code of a severity.</summary>
    public static string Code(IssueSeverity severity) => severity switch
    {
        IssueSeverity.Fatal => "fatal",
        IssueSeverity.Error => "error",
        IssueSeverity.Warning => "warning",
        _ => "information",
    };

    private static void Write(Utf8JsonWriter writer, ValidationIssue issue, IssuePlace place)
    {
        writer.WriteStartObject();
        if (place.Line > 0 || issue.Profile is not null)
            Extensions(writer, issue, place);
        WriteMembers(writer, Code(issue.Severity), issue.Code, issue.Key, issue.Message, issue.Expression);
        writer.WriteEndObject();
    }

    /// <summary>The members of an issue behind its extensions: severity, code, what was found, what it says, where (OperationOutcome.issue).</summary>
    public static void WriteMembers(Utf8JsonWriter writer, string severity, string code, string finding, string text, string expression)
    {
        writer.WriteString("severity"u8, severity);
        writer.WriteString("code"u8, code);
        if (finding.Length > 0)
        {
            writer.WriteStartObject("details"u8);
            writer.WriteStartArray("coding"u8);
            writer.WriteStartObject();
            writer.WriteString("system"u8, FindingSystem);
            writer.WriteString("code"u8, finding);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteString("diagnostics"u8, text);
        if (expression.Length == 0)
            return;
        writer.WriteStartArray("expression"u8);
        writer.WriteStringValue(expression);
        writer.WriteEndArray();
    }

    private static void Extensions(Utf8JsonWriter writer, ValidationIssue issue, IssuePlace place)
    {
        writer.WriteStartArray("extension"u8);
        if (place.Line > 0)
        {
            Extension(writer, LineExtension, place.Line);
            Extension(writer, ColumnExtension, place.Column);
        }
        if (issue.Profile is { } profile)
            Extension(writer, ProfileExtension, profile);
        writer.WriteEndArray();
    }

    private static void Extension(Utf8JsonWriter writer, string url, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("url"u8, url);
        writer.WriteString("valueString"u8, value);
        writer.WriteEndObject();
    }

    private static void Extension(Utf8JsonWriter writer, string url, long value)
    {
        writer.WriteStartObject();
        writer.WriteString("url"u8, url);
        writer.WriteNumber("valueInteger"u8, value);
        writer.WriteEndObject();
    }
}
