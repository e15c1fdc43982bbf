namespace FhirGateway.Fhir.Profiles;

/// <summary>One step of a discriminator's path (profiling.html#discriminator).</summary>
internal sealed class SliceStep
{
    public required SliceStepKind Kind { get; init; }

    /// <summary>JSON names of the element (several for a choice), the URL of an extension, or the name of a type.</summary>
    public required byte[][] Names { get; init; }
}
