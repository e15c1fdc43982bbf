using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>One element of a structure (http://hl7.org/fhir/R4/elementdefinition.html). In a differential, null or empty means: as in the base.</summary>
public sealed record ElementDefinition
{
    /// <summary>A cardinality without an upper limit.</summary>
    public const int Unbounded = int.MaxValue;

    /// <summary>E.g. <c>Patient.extension:race.url</c>.</summary>
    public required string Id { get; init; }

    /// <summary>E.g. <c>Patient.extension.url</c>.</summary>
    public required string Path { get; init; }
    public string? SliceName { get; init; }
    public int? Min { get; init; }

    /// <summary><see cref="Unbounded"/> for <c>*</c>.</summary>
    public int? Max { get; init; }
    public ImmutableArray<ElementType> Types { get; init; } = [];

    /// <summary>Id of the element whose content this one has, e.g. <c>Bundle.link</c>, without the leading <c>#</c>.</summary>
    public string? ContentReference { get; init; }
    public ElementValue? Fixed { get; init; }
    public ElementValue? Pattern { get; init; }
    public ElementValue? MinValue { get; init; }
    public ElementValue? MaxValue { get; init; }

    /// <summary>Most characters of a string.</summary>
    public int? MaxLength { get; init; }
    public ElementBinding? Binding { get; init; }
    public ElementSlicing? Slicing { get; init; }
    public ImmutableArray<ElementConstraint> Constraints { get; init; } = [];
    public bool MustSupport { get; init; }
    public bool IsModifier { get; init; }

    /// <summary>Representation is an XML attribute: id of an element, url of an Extension.</summary>
    public bool IsXmlAttribute { get; init; }
}
