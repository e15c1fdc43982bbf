using System.Text.Json.Serialization;

namespace FhirGateway.Journal;

/// <summary>The content of a <see cref="EntryKind.Submission"/> entry: one bulk unit, whole, its bytes synced in the spool.</summary>
/// <param name="Submission">Id of the submission.</param>
/// <param name="Files">Its files, in the order given.</param>
public sealed record SpooledFiles(
    [property: JsonPropertyName("submission")] string Submission,
    [property: JsonPropertyName("files")] IReadOnlyList<SpooledFile> Files);
