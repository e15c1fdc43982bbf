using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Host.Commands;

/// <summary>What resources are validated against: packages, further definitions, and profiles for all of them.</summary>
internal sealed class ValidationRules
{
    private readonly ValidationPlans plans;
    private readonly IReadOnlyList<string> profiles;
    private readonly GlobalProfiles globals;
    private readonly IssueSeverity unknownExtension;
    private readonly UncheckedOnce once = new();

    private ValidationRules(PackageSet packages, IReadOnlyList<string> profiles)
    {
        plans = new(packages, new TerminologyTables(packages));
        this.profiles = profiles;
        globals = new(packages.Packages);
        // Where a package is missing an extension may stand in it; where none is, nobody defines it (extensibility.html).
        unknownExtension = packages.Missing.Any() ? IssueSeverity.Warning : IssueSeverity.Error;
    }

    /// <exception cref="VerbFault">Something that was named cannot be had.</exception>
    public static async Task<ValidationRules> LoadAsync(Session session, PackageSources sources, ValidationRequest request, CancellationToken cancellationToken)
    {
        var definitions = new DefinitionFiles(session);
        foreach (var path in request.Definitions)
            await definitions.AddAsync(path, cancellationToken);
        var asked = new List<string>();
        foreach (var profile in request.Profiles)
            asked.Add(IsFile(session, profile) ? await definitions.ProfileAsync(profile, cancellationToken) : profile);
        var loaded = await sources.LoadAsync(request.Packages);
        if (!definitions.IsEmpty)
            loaded.Add(definitions.ToPackage([.. loaded]));
        foreach (var profile in asked)
            if (new PackageSet(loaded).FindStructure(profile) is null)
                loaded.Add(BuiltInPackages.All.FindStructure(profile)?.Package
                    ?? throw new VerbFault($"--profile {profile}: no package or definition at hand has it; name its package with --package or its file with --definitions"));
        return new(new PackageSet(loaded), asked);
    }

    /// <summary>One for each worker; what cannot be checked is said once among them.</summary>
    public ResourceValidator CreateValidator() => new(new ProfileValidator(plans) { Once = once, UnknownExtension = unknownExtension }, profiles, globals);

    private static bool IsFile(Session session, string profile) =>
        !profile.Contains("://", StringComparison.Ordinal) && !profile.StartsWith("urn:", StringComparison.Ordinal) && File.Exists(session.PathOf(profile));
}
