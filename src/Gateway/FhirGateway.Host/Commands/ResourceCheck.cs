using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Host.Commands;

/// <summary>Validates resources one after the other and writes the report of each. Reusable, one per worker, not thread-safe.</summary>
internal sealed class ResourceCheck(ResourceValidator validator, bool isSummary)
{
    // Never HTML: what a person reads stays readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> report = new();
    private readonly JsonTape tape = new();
    private readonly List<ValidationIssue> issues = [];

    /// <summary>The reports of some resources of one file: a line each.</summary>
    public ValidationReport Check(string file, IReadOnlyList<ResourceText> resources)
    {
        report.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(report, Readable);
        var errors = 0;
        long bytes = 0;
        foreach (var resource in resources)
        {
            errors += Check(file, resource, writer);
            bytes += resource.Json.Length;
        }

        return new(Encoding.UTF8.GetString(report.WrittenSpan), resources.Count, bytes, errors);
    }

    private int Check(string file, ResourceText resource, Utf8JsonWriter writer)
    {
        issues.Clear();
        var places = Find(resource);
        if (isSummary)
        {
            Summarize(file, resource);
        }
        else
        {
            writer.Reset();
            OperationOutcomeWriter.Write(writer, issues, places ?? resource.Places(issues), file);
            writer.Flush();
        }

        report.Write("\n"u8);
        return Count(IssueSeverity.Error) + Count(IssueSeverity.Fatal);
    }

    /// <summary>Fills the issues; the places if they are not to be found by the position.</summary>
    private IssuePlace[]? Find(ResourceText resource)
    {
        if (resource.Fault is { } fault)
        {
            tape.Read(default);
            issues.Add(fault.Issue);
            return [fault.Place];
        }

        var broken = tape.Read(resource.Json);
        if (broken.IsNone)
            validator.Validate(tape, issues);
        else
            issues.Add(Broken(broken));
        return null;
    }

    /// <summary>Where in its file the JSON of a resource is broken.</summary>
    public static IssuePlace PlaceOf(JsonFault fault, ResourceText resource) => resource.Places([Broken(fault)])[0];

    private static ValidationIssue Broken(JsonFault fault) =>
        new(IssueSeverity.Fatal, "structure", "json", "", ResourceValidator.Explain(fault.Code), fault.Position);

    private void Summarize(string file, ResourceText resource)
    {
        var type = tape.Count == 0 ? null : tape.FindText(0, "resourceType"u8);
        var id = tape.Count == 0 ? null : tape.FindText(0, "id"u8);
        Text(file);
        Text("\t" + resource.Line.ToString(CultureInfo.InvariantCulture) + "\t");
        Text(Printable(type) + "/" + Printable(id));
        Text(string.Create(CultureInfo.InvariantCulture,
            $"\t{Count(IssueSeverity.Error) + Count(IssueSeverity.Fatal)}\t{Count(IssueSeverity.Warning)}\t{Count(IssueSeverity.Information)}"));
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, report);

    private static string Printable(string? text) => string.IsNullOrEmpty(text) ? "-" : string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private int Count(IssueSeverity severity)
    {
        var count = 0;
        foreach (var issue in issues)
            count += issue.Severity == severity ? 1 : 0;
        return count;
    }
}
