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

    /// <param name="given">The option.</param>
    /// <param name="sets">What is at hand.</param>
    /// <exception cref="VerbFault">One of them is not at hand.</exception>
    public static ImmutableArray<string> Parse(string? given, ProfileSets sets)
    {
        var names = (given ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToImmutableArray();
        return names.FirstOrDefault(p => sets.Find(p) is null) is { } unknown
            ? throw new VerbFault($"--profiles {unknown}: no package of that name and version is at hand; built in are {string.Join(", ", BuiltInPackages.All.Packages)}; ./gateway package add makes others known")
            : names;
    }
}
