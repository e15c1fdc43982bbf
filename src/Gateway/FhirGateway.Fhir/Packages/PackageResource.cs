namespace FhirGateway.Fhir.Packages;

/// <summary>One resource of a package as it stands there.</summary>
/// <param name="Entry">Name of its entry, e.g. <c>package/StructureDefinition-us-core-patient.json</c>.</param>
/// <param name="Type">Its resourceType.</param>
/// <param name="Id">Its id, if it has one.</param>
/// <param name="Url">Its canonical URL, if it has one.</param>
/// <param name="Version">Its business version, if it has one.</param>
/// <param name="Json">Its UTF-8 bytes.</param>
public sealed record PackageResource(string Entry, string Type, string? Id, string? Url, string? Version, ReadOnlyMemory<byte> Json)
{
    public override string ToString() => Entry;
}
