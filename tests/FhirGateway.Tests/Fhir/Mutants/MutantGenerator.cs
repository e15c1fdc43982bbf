using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Breaks valid resources in every way it knows, a seeded choice of each kind per resource.</summary>
/// <param name="schema">The definitions.</param>
/// <param name="isDecidable">Whether the codes of a value set, by its canonical, are known.</param>
/// <param name="perKind">Mutants of one kind per resource, at most.</param>
/// <param name="seed">The same seed makes the same mutants.</param>
internal sealed class MutantGenerator(MutantSchema schema, Func<string, bool> isDecidable, int perKind, int seed)
{
    private readonly StructureMutants structure = new(schema, isDecidable);
    private readonly ProfileMutants profiles = new(schema, isDecidable);
    private readonly InvariantMutants invariants = new(schema);

    /// <summary>The mutants of one resource.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="resource">The resource, without an error.</param>
    /// <param name="canonicals">Profiles that it satisfies, beside those that it declares.</param>
    public IEnumerable<Mutant> Of(string source, JsonObject resource, params IEnumerable<string> canonicals)
    {
        var random = new Random(seed ^ StableHash(source));
        var places = schema.Places(resource);
        var declared = resource["meta"]?["profile"]?.AsArray().Select(p => (string)p!) ?? [];
        var structures = declared.Concat(canonicals).Select(schema.Find).OfType<FhirStructure>().Distinct().ToList();
        string[] profileNames = [.. structures.Select(s => s.ToString())];
        var edits = places.SelectMany(structure.Of)
            .Concat(structures.Where(s => s.Snapshot.Length > 0).SelectMany(s => profiles.Of(new(schema, s), places[0])))
            .Concat(places.Where(p => p.Type == "Extension").SelectMany(OfExtension))
            .Concat(ContainedMutants.Of(places[0]))
            .Concat(invariants.Of(places, structures));
        foreach (var kind in edits.GroupBy(e => e.Kind, StringComparer.Ordinal))
        {
            var left = kind.Key == "invariant" ? int.MaxValue : perKind;
            foreach (var edit in kind.OrderBy(_ => random.Next()))
                if (left > 0 && edit.On(source, resource, profileNames) is { } mutant)
                {
                    left--;
                    yield return mutant;
                }
        }
    }

    private IEnumerable<Edit> OfExtension(Place place)
    {
        if ((string?)place.Value?["url"] is not { } url || schema.Find(url) is not { Type: "Extension", Snapshot.Length: > 0 } definition)
            yield break;
        foreach (var edit in profiles.Of(new(schema, definition), place))
            if (edit.Rule != definition.Name + " Extension.url")
                yield return edit with { Kind = "extension-" + edit.Kind };
        if (definition.Contexts is [{ Type: "element" }] && place.Owner is { Owner: null } root && place.Property == "extension" && definition.Contexts[0].Expression == root.Type
            && root.Value?["meta"] is JsonObject meta && meta["extension"] is null)
            yield return new("extension-misplaced", ["extension-context"], "", url, r => r["meta"]!["extension"] = new JsonArray(place.In(r)!.DeepClone())) { Also = [$"{root.Path}.meta.extension[0]", $"{root.Path}.meta.extension"] };
        // The nested extensions of a complex one are known by their names (slicing on url); others of no known URL must not stand there.
        if (definition.Snapshot.Any(e => e.Path == "Extension.extension.url" && e.Fixed is not null) && place.Value["extension"] is JsonArray { Count: > 0 } nested)
            yield return new("extension-nested", [], $"{place.Path}.extension[{nested.Count}]", url, r => place.In(r)!["extension"]!.AsArray().Add(new JsonObject { ["url"] = "noSuchPart", ["valueString"] = "x" }))
            {
                Also = [place.Path, place.Path + ".extension", $"{place.Path}.extension[{nested.Count}].url"],
            };
    }

    private static int StableHash(string text) => (int)FhirGateway.Fhir.Json.JsonText.Hash(System.Text.Encoding.UTF8.GetBytes(text));
}
