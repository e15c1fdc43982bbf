using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Profiles;

/// <summary>A profile that can be applied to a resource or value.</summary>
internal sealed class CompiledProfile
{
    public required int Id { get; init; }
    public required FhirStructure Structure { get; init; }
    public required FhirPackage Package { get; init; }
    public required ElementNode Root { get; init; }
    public string Type => Structure.Type;

    public override string ToString() => Structure.ToString();
}
