using System.CommandLine;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>The options that say how the versions of a source's claims are told apart.</summary>
internal static class ClaimOptions
{
    public static Option<string> Profile() => new Option<string>("--claims")
    {
        Description = "How it tells the versions of a claim: " + string.Join(", ", ClaimRules.Names) + $" [default: {ClaimSettings.DefaultProfile}]", HelpName = "PROFILE",
    };

    public static Option<string[]> Key() => new("--claim-key")
    {
        Description = "Identifier system whose value stays the same over all versions of a claim; again for more", HelpName = "SYSTEM", DefaultValueFactory = _ => [],
    };

    public static Option<string> Feed() => new Option<string>("--claim-feed")
    {
        Description = "snapshot: one version of a claim stands; ledger: every row is sent and rows are netted [default: by the profile]",
    }.AcceptOnlyFromAmong("snapshot", "ledger");

    /// <summary>The settings; null if none of the options was given. <see cref="VerbFault"/> for one that means nothing.</summary>
    public static ClaimSettings? Parse(string? profile, string[]? keys, string? feed)
    {
        if (profile is null && keys is not { Length: > 0 } && feed is null)
            return null;
        if (profile is not null && !ClaimRules.Names.Contains(profile, StringComparer.Ordinal))
            throw new VerbFault($"--claims {profile}: no such profile; known: {string.Join(", ", ClaimRules.Names)}");
        if (keys?.FirstOrDefault(k => !Uri.TryCreate(k, UriKind.Absolute, out _)) is { } wrong)
            throw new VerbFault($"--claim-key {wrong}: not an absolute URI");
        return new ClaimSettings { Profile = profile ?? ClaimSettings.DefaultProfile, Keys = [.. keys ?? []], IsLedger = feed is null ? null : feed == "ledger" };
    }

    public static string Show(ClaimSettings claims) =>
        claims.Profile + (claims.IsLedger is { } ledger ? ledger ? " ledger" : " snapshot" : "") + string.Concat(claims.Keys.Select(k => " " + k));
}
