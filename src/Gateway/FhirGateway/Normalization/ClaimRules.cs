using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FhirGateway.Organizations;

namespace FhirGateway.Normalization;

/// <summary>How the versions of a source's claims are read: a line of Tables/claim-profiles.tsv with its keys. Immutable.</summary>
public sealed class ClaimRules
{
    private static readonly FrozenDictionary<string, string[]> Profiles =
        EmbeddedTable.Rows("claim-profiles.tsv").ToFrozenDictionary(r => r[0], StringComparer.Ordinal);

    /// <summary>Other names of a profile: one source may change from one of these versions to the next.</summary>
    private static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>
    {
        ["bcda-v1"] = "bcda",
        ["bcda-v2"] = "bcda",
        ["bcda-v3"] = "bcda",
        ["blue-button"] = "bcda",
        ["835"] = "remittance",
        ["t-msis"] = "remittance",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rules where a source sets none.</summary>
    public static readonly ClaimRules Default = Of(new ClaimSettings());

    private ClaimRules(string[] profile, ClaimSettings settings)
    {
        IsLedger = settings.IsLedger ?? profile[1] == "ledger";
        CancelledYields = profile[2] == "yields";
        IgnoresCreated = profile[3] == "volatile";
        Keys =
        [
            .. EmbeddedTable.Rows("claim-keys.tsv").Where(r => r[0] == profile[0]).Select(ClaimKeyRule.Parse),
            .. settings.Keys.Select(ClaimKeyRule.OfSystem),
        ];
    }

    /// <summary>What can stand in <see cref="ClaimSettings.Profile"/>.</summary>
    public static ImmutableArray<string> Names => [.. Profiles.Keys.Concat(Synonyms.Keys).Order(StringComparer.Ordinal)];

    public bool IsLedger { get; }

    /// <summary>A cancelled version ends the claim only if no active one is known.</summary>
    public bool CancelledYields { get; }

    /// <summary><c>created</c> is when it was read, and no content.</summary>
    public bool IgnoresCreated { get; }
    internal ImmutableArray<ClaimKeyRule> Keys { get; }

    /// <summary>The rules of a source; <see cref="ArgumentException"/> for a profile of no such name.</summary>
    public static ClaimRules Of(ClaimSettings settings)
    {
        var name = Synonyms.GetValueOrDefault(settings.Profile, settings.Profile);
        return Profiles.TryGetValue(name, out var profile)
            ? new ClaimRules(profile, settings)
            : throw new ArgumentException($"no claim profile '{settings.Profile}'; known: {string.Join(", ", Names)}", nameof(settings));
    }

    /// <summary>One line of Tables/claim-keys.tsv.</summary>
    internal sealed record ClaimKeyRule(string From, byte[] Name, char Space, ClaimKeyRole Role, bool WithFillDay, int Shape)
    {
        public static ClaimKeyRule Parse(string[] row) => new(
            row[1], Encoding.UTF8.GetBytes(row[2]), row[3][0], row[4] == "claim" ? ClaimKeyRole.Claim : ClaimKeyRole.Version, row[5] == "fill",
            int.Parse(row[6], CultureInfo.InvariantCulture));

        public static ClaimKeyRule OfSystem(string system) =>
            new("identifier", Encoding.UTF8.GetBytes(system), 'n', ClaimKeyRole.Claim, WithFillDay: false, Shape: 0);
    }
}
