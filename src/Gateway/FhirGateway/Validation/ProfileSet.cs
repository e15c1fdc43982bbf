using System.Collections.Immutable;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Validation;

/// <summary>What the resources of a source are checked against: compiled profiles, shared by all workers.</summary>
public sealed class ProfileSet(ValidationPlans plans, ImmutableArray<string> missing)
{
    private readonly UncheckedOnce once = new();

    public ValidationPlans Plans => plans;

    /// <summary>Packages that the source is set to and that are not at hand.</summary>
    public ImmutableArray<string> Missing => missing;

    /// <summary>What was already said to be not checkable: once per set, not per resource.</summary>
    public UncheckedOnce Once => once;
}
