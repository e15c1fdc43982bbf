using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Profiles;

/// <summary>One slicing of an element.</summary>
internal sealed class SlicerPlan
{
    public required SlicingRules Rules { get; init; }
    public required bool IsOrdered { get; init; }
    public required SlicePlan[] Slices { get; init; }
    public required DefinitionSource Source { get; init; }

    /// <summary>Counters that the slices and the slices within them need.</summary>
    public required int SliceTotal { get; init; }

    /// <summary>For a message.</summary>
    public required string Names { get; init; }

    /// <summary>All slices are told apart by the url of an extension.</summary>
    public bool IsByUrl { get; init; }
}
