namespace FhirGateway.Hl7v2;

/// <summary>XPN: a name of a person. Of a family name with prefixes (FN) the whole surname is read.</summary>
public readonly record struct PersonName(Hl7Value Value)
{
    public string? Family => Value.TextOf(1);

    public string? Given => Value.TextOf(2);

    public string? Middle => Value.TextOf(3);

    public string? Suffix => Value.TextOf(4);

    public string? Prefix => Value.TextOf(5);

    public string? Degree => Value.TextOf(6);

    /// <summary>Table 0200.</summary>
    public ReadOnlySpan<char> TypeCode => Value.Part(7).Code;

    public bool IsEmpty => Family is null && Given is null;
}
