using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>By what a source's claims are recognised from version to version, and what its feed adds up to.</summary>
public sealed record ClaimSettings
{
    /// <summary>The profile where none is set.</summary>
    public const string DefaultProfile = "carin";

    /// <summary>A name of the table of claim profiles.</summary>
    public string Profile { get; init; } = DefaultProfile;

    /// <summary>Identifier systems, beside those of the profile, whose value names one claim over all its versions.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Whether every row is sent and kept, so that the claim is their signed sum; null for what the profile says.</summary>
    public bool? IsLedger { get; init; }

    public bool Equals(ClaimSettings? other) =>
        other is not null && Profile == other.Profile && IsLedger == other.IsLedger && Keys.SequenceEqual(other.Keys, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Profile, IsLedger, Keys.Length);
}
