namespace FhirGateway.Fhir.Profiles;

/// <summary>One slice: what belongs to it, how often, and what each item must be.</summary>
internal sealed class SlicePlan
{
    public required string Name { get; init; }
    public required int Min { get; init; }
    public required int Max { get; init; }
    public required SliceCondition[] Conditions { get; init; }

    /// <summary>What an item of the slice must be: the element's own plan and that of the slice in one.</summary>
    public required ValuePlan Value { get; init; }
    public required DefinitionSource Source { get; init; }

    /// <summary>For slices by url: the url.</summary>
    public byte[]? Url { get; init; }
    public SlicerPlan[] Slicers { get; init; } = [];

    /// <summary>Where the counters of <see cref="Slicers"/> begin, behind those of the slices beside it.</summary>
    public int InnerOffset { get; init; }
}
