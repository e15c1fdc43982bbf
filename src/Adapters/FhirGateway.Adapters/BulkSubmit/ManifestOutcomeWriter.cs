using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Journal;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Writes what there is to say about one submitted manifest: NDJSON of OperationOutcomes, for the manifest, for every file, and for
/// every kind of finding in a file with a few of the resources that have it.
/// </summary>
internal sealed class ManifestOutcomeWriter(SubmitDialect dialect, string fhirBaseUrl) : IDisposable
{
    private const string FileExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file";
    private const string SourceExtension = "http://hl7.org/fhir/StructureDefinition/operationoutcome-sourceResource";
    private const string ArtifactExtension = "http://hl7.org/fhir/StructureDefinition/artifact-relatedArtifact";
    private const string FindingSystem = "urn:fhir-gateway:finding";
    private const string ReasonSystem = "urn:fhir-gateway:reason";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly MemoryStream buffer = new();
    private long count;
    private long errors;
    private long warnings;
    private long information;

    public ReadOnlySpan<byte> Content => buffer.GetBuffer().AsSpan(0, (int)buffer.Length);

    public OutcomeFile ToFile() => new(count, buffer.Length, errors, warnings, information);

    /// <summary>About the manifest as a whole.</summary>
    public void Manifest(SubmittedManifest manifest, Submission? submission)
    {
        var url = SubmitUrl.Shown(manifest.Url);
        var c = submission?.Counts;
        var text = manifest.Stage == ManifestStage.Failed || c is null && manifest.Files > 0
            ? $"Nothing of manifest {url} could be taken"
            : c is null
                ? $"Manifest {url} lists no files to load"
                : Invariant($"Manifest {url}: {submission!.Files.Count} of {manifest.Files} files taken as {submission.Id}, {c.Lines} lines: {c.Stored} new or changed, {c.Unchanged} unchanged, {c.Held} held");
        Write(manifest.Stage == ManifestStage.Failed ? "error" : "information", manifest.Stage == ManifestStage.Failed ? "processing" : "informational", text);
        foreach (var finding in manifest.Findings)
            Write(finding.Code == "informational" ? "information" : "error", finding.Code, finding.Text, file: finding.File);
        if (manifest.MoreFindings > 0)
            Write("error", "processing", Invariant($"{manifest.MoreFindings} further files could not be taken"));
    }

    /// <summary>About one file that was taken: its proof, what was held, and what was found.</summary>
    public void File(SpooledFile file, FileReport report)
    {
        Write("information", "informational", Invariant($"{file.Lines ?? report.Lines ?? report.Done} lines, {report.Held} held, {report.WithIssues} with findings; {file.Length} bytes as received, SHA-256 {file.Sha256}"), file: file.Name);
        foreach (var (reason, held) in report.HeldByReason)
            Write("error", "processing", Invariant($"{held} lines are held and not in effect: {reason}"), file: file.Name, key: (ReasonSystem, reason));
        foreach (var (key, sample) in report.Findings)
        {
            var blank = key.IndexOf(' ', StringComparison.Ordinal);
            var severity = key.AsSpan(0, Math.Max(blank, 0)) is "error" ? "error" : key.AsSpan(0, Math.Max(blank, 0)) is "warning" ? "warning" : "information";
            var places = string.Join(", ", sample.Places.Select(p => p.Line.ToString(CultureInfo.InvariantCulture)));
            Write(severity, "invariant", Invariant($"Found {sample.Count} times; first in lines {places}"), file.Name, (FindingSystem, key[(blank + 1)..]), sample);
        }
    }

    public void Missing(IReadOnlyDictionary<string, long> targets)
    {
        foreach (var (type, number) in targets)
            Write("warning", "not-found", Invariant($"{number} references to resources of type {type} that were not submitted"));
    }

    public void Dispose() => buffer.Dispose();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void Write(string severity, string code, string text, string? file = null, (string System, string Code)? key = null, FindingSample? sample = null)
    {
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationOutcome");
            WriteExtensions(json, file, sample);
            json.WriteStartArray("issue");
            json.WriteStartObject();
            json.WriteString("severity", severity);
            json.WriteString("code", code);
            WriteDetails(json, text, key);
            json.WriteString("diagnostics", text);
            if (sample is { Expression.Length: > 0 })
            {
                json.WriteStartArray("expression");
                json.WriteStringValue(sample.Expression);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        count++;
        _ = severity switch { "error" => errors++, "warning" => warnings++, _ => information++ };
    }

    private static void WriteDetails(Utf8JsonWriter json, string text, (string System, string Code)? key)
    {
        json.WriteStartObject("details");
        if (key is var (system, code))
        {
            json.WriteStartArray("coding");
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("code", code);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private void WriteExtensions(Utf8JsonWriter json, string? file, FindingSample? sample)
    {
        var resources = sample is null ? [] : sample.Places.Select(p => p.Resource).Where(r => r.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (file is null && resources.Count == 0)
            return;
        json.WriteStartArray("extension");
        if (file is not null)
        {
            json.WriteStartObject();
            json.WriteString("url", FileExtension);
            json.WriteString("valueString", file);
            json.WriteEndObject();
        }

        foreach (var resource in resources)
            WriteResource(json, $"{fhirBaseUrl}/{resource}");
        json.WriteEndArray();
    }

    private void WriteResource(Utf8JsonWriter json, string url)
    {
        json.WriteStartObject();
        if (dialect == SubmitDialect.Ballot)
        {
            json.WriteString("url", SourceExtension);
            json.WriteStartObject("valueReference");
            json.WriteString("reference", url);
        }
        else
        {
            json.WriteString("url", ArtifactExtension);
            json.WriteStartObject("valueRelatedArtifact");
            json.WriteString("type", "derived-from");
            json.WriteString("url", url);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
