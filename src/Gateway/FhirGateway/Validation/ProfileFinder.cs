using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Validation;

/// <summary>
/// The profile that a resource is declared to conform to: the first that it declares and that is at hand, else the one that its type,
/// category and code call for if it has no error under it.
/// One per worker, not thread-safe.
/// </summary>
internal sealed class ProfileFinder(ValidationPlans plans, ProfileValidator validator)
{
    /// <summary>A source can declare any number of canonicals.</summary>
    private const int MostKept = 1000;
    private readonly Dictionary<uint, (byte[] Canonical, string? Profile)> declared = [];
    private readonly Dictionary<string, string?> versioned = new(StringComparer.Ordinal);

    /// <summary>The canonical with the version at hand, or null.</summary>
    public string? Find(JsonTape resource)
    {
        var list = resource.Find(resource.Find(0, "meta"u8), "profile"u8);
        if (list >= 0 && resource[list].Kind == JsonKind.Array)
            for (var i = list + 1; i < resource[list].Next; i = resource[i].Next)
                if (resource.IsString(i) && Known(resource, i) is { } profile)
                    return profile;
        // A declaration says that the resource conforms: it is made only where it does.
        return validator.ChooseProfile(resource) is { } chosen && validator.Conforms(resource, chosen) ? WithVersion(chosen) : null;
    }

    private string? Known(JsonTape resource, int item)
    {
        var canonical = resource.Bytes(item);
        var hash = JsonText.Hash(canonical);
        if (declared.TryGetValue(hash, out var known) && canonical.SequenceEqual(known.Canonical))
            return known.Profile;
        var text = resource.Text(item);
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        var profile = plans.HasProfile(text) ? WithVersion(bar < 0 ? text : text[..bar]) : null;
        if (declared.Count < MostKept)
            declared[hash] = (canonical.ToArray(), profile);
        return profile;
    }

    private string? WithVersion(string url)
    {
        if (versioned.TryGetValue(url, out var known))
            return known;
        var found = plans.Packages.FindStructure(url);
        return versioned[url] = found is var (structure, package) ? $"{url}|{structure.Version ?? package.Version}" : null;
    }
}
