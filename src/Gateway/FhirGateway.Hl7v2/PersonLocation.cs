namespace FhirGateway.Hl7v2;

/// <summary>PL: where a patient is, from the facility down to the bed.</summary>
public readonly record struct PersonLocation(Hl7Value Value)
{
    public string? PointOfCare => Value.TextOf(1);

    public string? Room => Value.TextOf(2);

    public string? Bed => Value.TextOf(3);

    public HierarchicDesignator Facility => new(Value.Part(4));

    public string? Building => Value.TextOf(7);

    public string? Floor => Value.TextOf(8);

    public bool IsEmpty => PointOfCare is null && Room is null && Bed is null && Facility.IsEmpty;
}
