using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>What one value of an element must be, under all definitions that apply to it. Filled once, then read by all workers.</summary>
internal sealed class ValuePlan
{
    /// <summary>The FHIR type, e.g. <c>CodeableConcept</c>.</summary>
    public required string TypeName { get; init; }
    public PrimitiveKind Primitive { get; init; }
    public bool IsExtension { get; init; }
    public bool IsReference { get; init; }
    public bool IsCoding { get; init; }

    /// <summary>Any resource, by its resourceType.</summary>
    public bool IsResource { get; init; }

    /// <summary>The properties of an object; of a primitive, those of its sidecar.</summary>
    public ObjectPlan? Object { get; set; }
    public StructureType? Type { get; init; }

    /// <summary>Path of the element, e.g. <c>Patient.name</c>; for the contexts of extensions.</summary>
    public required string Path { get; init; }
    public ValueMatcher[] Matchers { get; set; } = [];
    public BindingPlan[] Bindings { get; set; } = [];
    public InvariantPlan[] Invariants { get; set; } = [];
    public RangePlan[] Ranges { get; set; } = [];
    public ReferencePlan? Reference { get; set; }

    /// <summary>Lists of plans, of each of which one must hold (ElementDefinition.type.profile with several entries).</summary>
    public AlternativePlan[] Alternatives { get; set; } = [];

    /// <summary>For a resource: the profiles that it must satisfy, beside its type and what it declares.</summary>
    public CompiledProfile[] ResourceProfiles { get; set; } = [];

    /// <summary>For a resource: the types that it may have; empty for any.</summary>
    public string[] ResourceTypes { get; set; } = [];
    public DefinitionSource? ResourceSource { get; set; }
}
