using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>
/// Says to a sender what was wrong with its files, as NDJSON of OperationOutcomes made when asked for: one per reason to hold
/// lines and one per kind of finding, each with how many and where it was met first (Bulk Data 4.0, "$bulk-submit-status").
/// </summary>
public sealed class SubmissionOutcomes(ISubmissionEvidence evidence)
{
    /// <summary>Extension at the root of an OperationOutcome: a resource that the issue is about.</summary>
    public const string SourceResource = "http://hl7.org/fhir/StructureDefinition/operationoutcome-sourceResource";

    /// <summary>The same in the Argonaut draft of 2025.</summary>
    public const string RelatedArtifact = "http://hl7.org/fhir/StructureDefinition/artifact-relatedArtifact";
    private const int MostPlaces = FindingSample.MostPlaces;
    private const int Page = 500;
    private const int MostPages = 20;
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The files of a submission that were read, with their numbers, in order.</summary>
    public IReadOnlyList<FileOutcome> FilesOf(Submission submission) =>
        [.. evidence.ReportsOf(submission.Id).Where(r => r.Key < submission.Files.Count).OrderBy(r => r.Key).Select(r => Summary(submission, r.Key, r.Value))];

    /// <summary>Writes the OperationOutcomes of one file, a line each; nothing where there is nothing to say. Returns how many.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="file">Number of the file, from 0.</param>
    /// <param name="output">Takes UTF-8.</param>
    /// <param name="asArtifacts">Whether resources are pointed to as the draft of 2025 does.</param>
    public long Write(Submission submission, int file, IBufferWriter<byte> output, bool asArtifacts = false)
    {
        if (!evidence.ReportsOf(submission.Id).TryGetValue(file, out var report) || file >= submission.Files.Count)
            return 0;
        var name = submission.Files[file].Name;
        var written = 0L;
        if (report.Held > 0)
        {
            var samples = SamplesOf(submission, file, report);
            foreach (var (reason, count) in report.HeldByReason)
            {
                var places = samples.GetValueOrDefault(reason) ?? [];
                var detail = places.Count > 0 ? $": {places[0].Detail}" : "";
                Line(output, submission, asArtifacts, new Issue("error", CodeOf(reason), reason, $"{name}: {Lines(count)} held{detail}", "", [.. places.Select(p => new FindingPlace(p.Line, ""))]));
                written++;
            }
        }

        foreach (var (key, sample) in report.Findings)
        {
            var (severity, finding) = Split(key);
            Line(output, submission, asArtifacts, new Issue(severity, severity == "error" ? "invalid" : "informational", finding, $"{name}: met {sample.Count} times", sample.Expression, sample.Places));
            written++;
        }

        return written;
    }

    private static FileOutcome Summary(Submission submission, int file, FileReport report)
    {
        var errors = report.Held;
        var warnings = 0L;
        foreach (var (key, sample) in report.Findings)
        {
            if (Split(key).Severity == "error")
                errors += sample.Count;
            else
                warnings += sample.Count;
        }

        return new FileOutcome
        {
            File = file,
            Name = submission.Files[file].Name,
            Count = report.HeldByReason.Count + report.Findings.Count,
            CountSeverity = ImmutableSortedDictionary.CreateRange<string, long>(StringComparer.Ordinal,
                [new("error", errors), new("warning", warnings), new("information", Math.Max(0, report.Done - report.Held - report.WithIssues))]),
        };
    }

    /// <summary>The first held lines of each reason; of a file with very many, those among the first pages.</summary>
    private Dictionary<string, List<QuarantinedItem>> SamplesOf(Submission submission, int file, FileReport report)
    {
        var samples = report.HeldByReason.Keys.ToDictionary(r => r, _ => new List<QuarantinedItem>(), StringComparer.Ordinal);
        var after = -1L;
        for (var page = 0; page < MostPages && samples.Any(s => s.Value.Count < Math.Min(MostPlaces, report.HeldByReason[s.Key])); page++)
        {
            var held = evidence.HeldOf(submission.Entry, file, after, Page);
            foreach (var item in held)
            {
                if (samples.TryGetValue(item.Reason, out var sample) && sample.Count < MostPlaces)
                    sample.Add(item);
            }

            if (held.Count < Page)
                break;
            after = held[^1].Line;
        }

        return samples;
    }

    private static string Lines(long count) => count == 1 ? "1 line is" : string.Create(CultureInfo.InvariantCulture, $"{count} lines are");

    private static (string Severity, string Finding) Split(string key)
    {
        var space = key.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? ("warning", key) : (key[..space], key[(space + 1)..]);
    }

    /// <summary>The issue type of FHIR R4 (value set issue-type) for a reason to hold a line.</summary>
    private static string CodeOf(string reason) => reason switch
    {
        ReasonCodes.TooLarge or ReasonCodes.LineTooLong => "too-long",
        ReasonCodes.MissingId => "required",
        ReasonCodes.UnknownResourceType => "not-supported",
        ReasonCodes.Truncated or ReasonCodes.Unreadable => "incomplete",
        ReasonCodes.InternalError => "exception",
        ReasonCodes.ProfileError or ReasonCodes.TypeMismatch => "invalid",
        ReasonCodes.Subsetted => "conflict",
        _ => "structure",
    };

    private static void Line(IBufferWriter<byte> output, Submission submission, bool asArtifacts, Issue issue)
    {
        using (var json = new Utf8JsonWriter(output, Readable))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, "OperationOutcome"u8);
            WriteResources(json, submission, asArtifacts, issue);
            json.WriteStartArray("issue"u8);
            foreach (var place in issue.Places.IsEmpty ? [new FindingPlace(0, "")] : issue.Places)
                WriteIssue(json, issue, place);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteResources(Utf8JsonWriter json, Submission submission, bool asArtifacts, Issue issue)
    {
        var resources = issue.Places.Where(p => p.Resource.Length > 0).Select(p => p.Resource).Distinct().ToList();
        if (resources.Count == 0)
            return;
        json.WriteStartArray("extension"u8);
        foreach (var resource in resources)
        {
            json.WriteStartObject();
            json.WriteString("url"u8, asArtifacts ? RelatedArtifact : SourceResource);
            json.WriteStartObject(asArtifacts ? "valueRelatedArtifact"u8 : "valueReference"u8);
            if (asArtifacts)
                json.WriteString("type"u8, "derived-from"u8);
            json.WriteString(asArtifacts ? "url"u8 : "reference"u8, submission.FhirBaseUrl is { } url ? $"{url.TrimEnd('/')}/{resource}" : resource);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIssue(Utf8JsonWriter json, Issue issue, FindingPlace place)
    {
        json.WriteStartObject();
        if (place.Line > 0)
        {
            json.WriteStartArray("extension"u8);
            json.WriteStartObject();
            json.WriteString("url"u8, OperationOutcomeWriter.LineExtension);
            json.WriteNumber("valueInteger"u8, place.Line);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        OperationOutcomeWriter.WriteMembers(json, issue.Severity, issue.Code, issue.Finding, issue.Text, issue.Expression);
        json.WriteEndObject();
    }

    private sealed record Issue(string Severity, string Code, string Finding, string Text, string Expression, ImmutableArray<FindingPlace> Places);
}
