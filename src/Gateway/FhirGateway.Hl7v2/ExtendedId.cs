namespace FhirGateway.Hl7v2;

/// <summary>CX: an identifier with its assigning authority and type (table 0203).</summary>
public readonly record struct ExtendedId(Hl7Value Value)
{
    public string? Id => Value.TextOf(1);

    public HierarchicDesignator Authority => new(Value.Part(4));

    public string? TypeCode => Value.TextOf(5);
}
