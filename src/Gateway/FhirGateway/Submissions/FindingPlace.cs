using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>Where a finding was met, for the source that sent it.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Resource">Type/id as the source named it; empty where it could not be read.</param>
public sealed record FindingPlace(
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("resource")] string Resource)
{
    public override string ToString() => $"FindingPlace({Line})";
}
