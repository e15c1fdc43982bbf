namespace FhirGateway.Hl7v2;

/// <summary>XCN: a member of staff, by id and name.</summary>
public readonly record struct StaffName(Hl7Value Value)
{
    public string? Id => Value.TextOf(1);

    public string? Family => Value.TextOf(2);

    public string? Given => Value.TextOf(3);

    public string? Middle => Value.TextOf(4);

    public string? Suffix => Value.TextOf(5);

    public string? Prefix => Value.TextOf(6);

    public string? Degree => Value.TextOf(7);

    public HierarchicDesignator Authority => new(Value.Part(9));

    /// <summary>Table 0203.</summary>
    public ReadOnlySpan<char> IdType => Value.Part(13).Code;

    public bool IsEmpty => Id is null && Family is null;
}
