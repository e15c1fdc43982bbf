using System.Collections.Immutable;
using System.CommandLine;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Validation;

namespace FhirGateway.Host.Commands;

/// <summary>The option that names the packages of profiles that resources are checked against.</summary>
internal static class ProfileNames
{
    public static Option<string> Option() => new("--profiles")
    {
        Description = $"Packages of profiles to check against, with commas between them [default: {string.Join(',', ProfileSets.Default)}]",
        HelpName = "NAME@VER,…",
    };

    /// <exception cref="VerbFault">One of them is not at hand.</exception>
    public static ImmutableArray<string> Parse(string? given)
    {
        var names = (given ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToImmutableArray();
        return names.FirstOrDefault(p => ProfileSets.Find(p) is null) is { } unknown
            ? throw new VerbFault($"--profiles {unknown}: no package of that name and version is at hand; built in are {string.Join(", ", BuiltInPackages.All.Packages)}")
            : names;
    }
}
