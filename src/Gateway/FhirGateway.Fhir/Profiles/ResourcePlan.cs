namespace FhirGateway.Fhir.Profiles;

/// <summary>What a resource must be under its type and a list of profiles.</summary>
internal sealed class ResourcePlan
{
    public required ValuePlan Value { get; init; }

    /// <summary>The profiles of another type, which cannot apply.</summary>
    public required CompiledProfile[] Mismatched { get; init; }
}
