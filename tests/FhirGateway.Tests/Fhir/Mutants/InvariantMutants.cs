using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Breaks each invariant in turn, wherever it stands in a resource.</summary>
internal sealed class InvariantMutants(MutantSchema schema)
{
    // One place of each context is enough: the same invariant on the tenth Period says nothing new.
    private const int PlacesPerBreak = 3;

    public IEnumerable<Edit> Of(List<Place> places, List<FhirStructure> profiles)
    {
        foreach (var one in InvariantBreaks.Table)
            foreach (var edit in Apply(one, places))
                yield return edit;
        foreach (var one in ProfileInvariantBreaks.Table)
            if (profiles.Any(p => p.Url.EndsWith("/" + one.Profile, StringComparison.Ordinal) && HasKey(p, one.Key)))
                foreach (var edit in Apply(one, places.Where(p => p.Path == one.Context || p.Element?.Path == one.Context)))
                    yield return edit;
    }

    /// <summary>Whether a profile or one that it is based on has an invariant of that key.</summary>
    private bool HasKey(FhirStructure? profile, string key) =>
        profile is not null && (profile.Snapshot.Any(e => e.Constraints.Any(c => c.Key == key)) || (profile.BaseDefinition is { } parent && HasKey(schema.Find(parent), key)));

    private static IEnumerable<Edit> Apply(InvariantBreak one, IEnumerable<Place> places)
    {
        foreach (var place in places.Where(p => p.Value is JsonObject && IsContext(p, one.Context)).Take(PlacesPerBreak))
        {
            // Whether the value is of use is seen by trying.
            var trial = (JsonObject)Top(place).Value!.DeepClone();
            if (!one.Break((JsonObject)place.In(trial)!, trial))
                continue;
            var path = one.Step.Length == 0 ? place.Path : $"{place.Path}.{one.Step}";
            yield return new("invariant", [one.Key, .. Same(one.Key)], path, one.Profile.Length == 0 ? one.Key : $"{one.Profile} {one.Key}", r => one.Break((JsonObject)place.In(r)!, r));
        }
    }

    /// <summary>Keys under which the engine checks the same in the walk.</summary>
    private static string[] Same(string key) => key switch
    {
        "ele-1" => ["empty-object"],
        "txt-1" => ["narrative-element", "narrative-attribute"],
        "txt-2" => ["narrative-empty"],
        _ => [],
    };

    private static bool IsContext(Place place, string context) => context switch
    {
        "DomainResource" => place.Owner is null && place.Type is not ("Bundle" or "Parameters" or "Binary"),
        _ => place.Type == context || place.Element?.Path == context,
    };

    private static Place Top(Place place) => place.Owner is null ? place : Top(place.Owner);
}
