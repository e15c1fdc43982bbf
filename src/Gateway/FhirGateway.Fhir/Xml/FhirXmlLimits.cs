namespace FhirGateway.Fhir.Xml;

/// <summary>Limits of one XML resource.</summary>
public sealed record FhirXmlLimits
{
    public static readonly FhirXmlLimits Default = new();

    /// <summary>Most characters of the text.</summary>
    public long MaxCharacters { get; init; } = 64 << 20;

    /// <summary>Most levels of elements, narrative not counted; 1 to 256.</summary>
    public int MaxDepth { get; init; } = 64;
}
