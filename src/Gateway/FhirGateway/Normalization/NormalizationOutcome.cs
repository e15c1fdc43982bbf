using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Normalization;

/// <summary>A normalized resource, or why there is none: exactly one of the two.</summary>
public readonly record struct NormalizationOutcome
{
    public NormalizationOutcome(NormalizedResource resource) => Resource = resource;

    public NormalizationOutcome(Rejection rejection) => Rejection = rejection;

    public NormalizedResource? Resource { get; }
    public Rejection? Rejection { get; }

    [MemberNotNullWhen(true, nameof(Resource))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsNormalized => Resource is not null;
}
