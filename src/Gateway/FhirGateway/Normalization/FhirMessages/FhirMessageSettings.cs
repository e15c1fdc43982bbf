using System.Collections.Immutable;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>What a source's FHIR messages do not say of themselves.</summary>
public sealed record FhirMessageSettings
{
    public required NormalizationSettings Normalization { get; init; }

    /// <summary>Those of its HL7v2 feed: both feed the same visits.</summary>
    public required AdtFeedSettings Feed { get; init; }

    /// <summary>MSH-4 values of the source: the names under which filters and reports know its facilities.</summary>
    public ImmutableArray<string> Facilities { get; init; } = [];

    /// <summary>Assigning authority of the HL7v2 feed by the identifier system that FHIR messages use for the same numbers.</summary>
    public ImmutableDictionary<string, string> Authorities { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string Source => Feed.Source;

    /// <summary>
    /// The authority part of a key as the HL7v2 feed writes it: the name that the settings give the system, or the name, OID or UUID
    /// inside of it, else the system itself. What has no system belongs to the source's one facility.
    /// </summary>
    public string AuthorityOf(string system)
    {
        if (system.Length == 0)
            return Facilities is [var only] ? only : Source;
        if (Authorities.TryGetValue(system, out var name))
            return name;
        var own = $"urn:fhir-gateway:authority:{Uri.EscapeDataString(Source)}:";
        if (system.StartsWith(own, StringComparison.Ordinal))
            return Uri.UnescapeDataString(system[own.Length..]);
        foreach (var prefix in (ReadOnlySpan<string>)["urn:oid:", "urn:uuid:"])
            if (system.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return system[prefix.Length..];
        return system;
    }
}
