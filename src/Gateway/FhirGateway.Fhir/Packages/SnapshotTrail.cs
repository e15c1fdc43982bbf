using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>The structures whose snapshots are being made, the innermost first.</summary>
internal sealed record SnapshotTrail(FhirStructure Structure, SnapshotTrail? Above)
{
    /// <summary>Published profiles stand on fewer than ten others.</summary>
    private const int MaxDepth = 64;

    private int Depth { get; } = (Above?.Depth ?? 0) + 1;
    public bool IsTooDeep => Depth > MaxDepth;

    public static bool Holds(SnapshotTrail? trail, FhirStructure structure)
    {
        for (; trail is not null; trail = trail.Above)
            if (ReferenceEquals(trail.Structure, structure))
                return true;
        return false;
    }
}
