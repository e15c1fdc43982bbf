using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>The value set of a coded element.</summary>
/// <param name="Strength">How far it binds.</param>
/// <param name="ValueSet">Canonical, with a version if the definition names one; null for a binding that only describes.</param>
public sealed record ElementBinding(BindingStrength Strength, string? ValueSet)
{
    /// <summary>The set that nothing may leave, for an extensible or preferred binding (extension elementdefinition-maxValueSet).</summary>
    public string? MaxValueSet { get; init; }

    /// <summary>Bindings that hold as well (extension additional-binding): purpose and value set.</summary>
    public ImmutableArray<(string Purpose, string ValueSet)> Additional { get; init; } = [];
}
