using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// Makes the snapshot of a structure that has only a differential: that of its base with the differential applied
/// (http://hl7.org/fhir/R4/profiling.html#snapshot). What cannot be made is a structure with <see cref="FhirStructure.SnapshotFault"/>.
/// </summary>
public sealed class SnapshotGenerator(PackageSet packages)
{
    /// <summary>The structure with its snapshot made anew from the differential, or with the fault that prevents it.</summary>
    /// <param name="structure">One with a differential; a snapshot that it has does not count.</param>
    /// <param name="from">The package that holds it: its canonicals are meant as that package means them.</param>
    public FhirStructure Generate(FhirStructure structure, FhirPackage? from = null) => Generate(structure, from, null);

    internal FhirStructure Generate(FhirStructure structure, FhirPackage? from, SnapshotTrail? above)
    {
        var trail = new SnapshotTrail(structure, above);
        if (trail.IsTooDeep)
            return Fault(structure, $"{structure} stands on too many others");
        if (structure.BaseDefinition is null)
            return Fault(structure, $"{structure} names no base");
        if (packages.FindCompleted(structure.BaseDefinition, from, trail) is not { } found)
            return Fault(structure, $"{structure}: its base {structure.BaseDefinition} is in no package that is loaded");
        if (SnapshotTrail.Holds(trail, found.Structure))
            return Fault(structure, $"{structure} stands, by way of its base {found.Structure}, on itself");
        if (found.Structure.Snapshot.IsEmpty)
            return Fault(structure, $"{structure}: its base has no snapshot: {found.Structure.SnapshotFault ?? "it has no elements"}");
        if (SnapshotTree.Build(found.Structure, found.Package, out var fault) is not { } root)
            return Fault(structure, fault!);
        var merge = new DifferentialMerge(packages, structure, from, trail, root);
        return merge.Apply() is { } wrong
            ? Fault(structure, $"{structure}: {wrong}")
            : structure with { Snapshot = SnapshotTree.Flatten(root), SnapshotFault = null };
    }

    private static FhirStructure Fault(FhirStructure structure, string fault) => structure with { Snapshot = [], SnapshotFault = fault };
}
