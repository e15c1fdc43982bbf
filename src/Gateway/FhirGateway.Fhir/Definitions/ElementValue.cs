using System.Text.Json;

namespace FhirGateway.Fhir.Definitions;

/// <summary>A value in a definition.</summary>
/// <param name="Type">Its type in FHIR, e.g. <c>CodeableConcept</c> or <c>uri</c>.</param>
/// <param name="Json">Its JSON text without insignificant white space; numbers keep their text.</param>
public sealed record ElementValue(string Type, string Json)
{
    /// <summary>The text of a value that is a string in JSON, else null.</summary>
    public string? ReadText()
    {
        using var document = JsonDocument.Parse(Json);
        return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
    }
}
