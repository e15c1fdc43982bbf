using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Journal;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Writes what there is to say about one submitted manifest: NDJSON of OperationOutcomes for the manifest, for every file with the
/// proof of it, and for what was held and found in it.
/// </summary>
internal sealed class ManifestOutcomeWriter
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public ReadOnlySpan<byte> Content => buffer.WrittenSpan;

    /// <summary>About the manifest as a whole, and what of it could not be had.</summary>
    public void Manifest(SubmittedManifest manifest, Submission? submission)
    {
        if (manifest.Stage == ManifestStage.Failed)
            Write("error", "processing", $"Nothing of manifest {SubmitUrl.Shown(manifest.Url)} could be taken");
        else
            Write("information", "informational", Invariant($"Manifest {SubmitUrl.Shown(manifest.Url)}: {Summary(manifest, submission)}"));
        foreach (var finding in manifest.Findings)
            Write(finding.Code == "informational" ? "information" : "error", finding.Code, finding.Text, finding.File);
        if (manifest.MoreFindings > 0)
            Write("error", "processing", Invariant($"{manifest.MoreFindings} further files could not be taken"));
    }

    /// <summary>About one file that was taken: the receipt of its bytes and lines.</summary>
    public void File(SpooledFile file, FileReport? report) => Write(
        "information", "informational",
        Invariant($"{file.Lines ?? report?.Lines ?? report?.Done ?? 0} lines, {report?.Held ?? 0} held, {report?.WithIssues ?? 0} with findings; {file.Length} bytes as received, SHA-256 {file.Sha256}"),
        file.Name);

    /// <summary>What was held and found in that file.</summary>
    public void Findings(SubmissionOutcomes outcomes, Submission submission, int file, SubmitDialect dialect) =>
        outcomes.Write(submission, file, buffer, asArtifacts: dialect == SubmitDialect.Argonaut2025);

    /// <summary>Says that not every finding is listed.</summary>
    public void CutShort() => Write("warning", "too-long", "Findings of further files are not listed here; their counts stand with each file");

    public void Missing(IReadOnlyDictionary<string, long> targets)
    {
        foreach (var (type, number) in targets)
            Write("warning", "not-found", Invariant($"{number} references to resources of type {type} that were not submitted"));
    }

    /// <summary>Counts what was written, by the issues that are there.</summary>
    public OutcomeFile ToFile()
    {
        var (count, errors, warnings, information) = (0L, 0L, 0L, 0L);
        var rest = buffer.WrittenMemory;
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            using var outcome = JsonDocument.Parse(rest[..end]);
            count++;
            foreach (var issue in outcome.RootElement.GetProperty("issue").EnumerateArray())
            {
                var severity = issue.GetProperty("severity").GetString();
                _ = severity is "error" or "fatal" ? errors++ : severity == "warning" ? warnings++ : information++;
            }

            rest = rest[(end + 1)..];
        }

        return new OutcomeFile(count, buffer.WrittenCount, errors, warnings, information);
    }

    private static string Summary(SubmittedManifest manifest, Submission? submission)
    {
        if (submission is null)
            return "it lists no files to load";
        var c = submission.Counts;
        var state = submission.State switch
        {
            SubmissionState.Cancelled => "; its processing was ended by the receiver",
            SubmissionState.Withdrawn => "; it was withdrawn by the receiver",
            _ => "",
        };
        return Invariant($"{submission.Files.Count} of {manifest.Files} files taken as {submission.Id}, {c.Lines} lines: {c.Stored} new or changed, {c.Unchanged} unchanged, {c.Deleted} deleted, {c.Held} held{state}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void Write(string severity, string code, string text, string? file = null)
    {
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationOutcome");
            if (file is not null)
            {
                json.WriteStartArray("extension");
                json.WriteStartObject();
                json.WriteString("url", OperationOutcomeWriter.FileExtension);
                json.WriteString("valueString", file);
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteStartArray("issue");
            json.WriteStartObject();
            json.WriteString("severity", severity);
            json.WriteString("code", code);
            json.WriteStartObject("details");
            json.WriteString("text", text);
            json.WriteEndObject();
            json.WriteString("diagnostics", text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }
}
