namespace FhirGateway.Hl7v2;

/// <summary>HD: who assigned something. As a field its parts are components, inside another type subcomponents.</summary>
public readonly record struct HierarchicDesignator(Hl7Value Value)
{
    public string? Namespace => Value.TextOf(1);

    public string? UniversalId => Value.TextOf(2);

    /// <summary>ISO, UUID, DNS, URI … (table 0301).</summary>
    public ReadOnlySpan<char> UniversalIdType => Value.Part(3).Code;

    public bool IsEmpty => Namespace is null && UniversalId is null;
}
