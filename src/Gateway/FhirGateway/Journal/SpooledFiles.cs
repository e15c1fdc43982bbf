using System.Text.Json.Serialization;

namespace FhirGateway.Journal;

/// <summary>The content of a <see cref="EntryKind.Submission"/> entry: one bulk unit, whole, its bytes synced in the spool.</summary>
/// <param name="Submission">Id of the submission.</param>
/// <param name="Files">Its files, in the order given.</param>
public sealed record SpooledFiles(
    [property: JsonPropertyName("submission")] string Submission,
    [property: JsonPropertyName("files")] IReadOnlyList<SpooledFile> Files)
{
    /// <summary>The bulk job that fetched them; null for an upload or import.</summary>
    [JsonPropertyName("job")] public string? Job { get; init; }

    /// <summary>URL of the manifest that listed them; null for an upload or import.</summary>
    [JsonPropertyName("manifest")] public string? Manifest { get; init; }

    /// <summary>FHIR base URL under which references of these files are relative or absolute; null for those of the source.</summary>
    [JsonPropertyName("base")] public string? FhirBaseUrl { get; init; }
}
