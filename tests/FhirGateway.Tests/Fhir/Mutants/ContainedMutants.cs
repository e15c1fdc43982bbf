using System.Text.Json.Nodes;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Adds contained resources with one fault each (references.html#contained).</summary>
internal static class ContainedMutants
{
    /// <summary>The invariants that are broken here.</summary>
    public static readonly string[] Invariants = ["dom-2", "dom-3", "dom-4", "dom-5"];

    public static IEnumerable<Edit> Of(Place root)
    {
        if (root.Type is "Bundle" or "Parameters" or "Binary" || !StructureTable.R4.IsResourceType(System.Text.Encoding.ASCII.GetBytes(root.Type)))
            yield break;
        var at = (root.Value as JsonObject)?["contained"] is JsonArray contained ? contained.Count : 0;
        var path = $"{root.Path}.contained[{at}]";
        yield return new("contained", [], path + ".unheardOf", "unknown element", r => Add(r, Organization().With("unheardOf", "x"))) { Also = [path] };
        yield return new("contained", [], path + ".active", "wrong type", r => Add(r, Organization().With("active", "true")));
        yield return new("contained", [], path, "unknown resource", r => Add(r, Organization().With("resourceType", "NoSuchThing"))) { Also = [path + ".resourceType"] };
        yield return new("contained", ["dom-2"], root.Path, "dom-2", r => Add(r, Organization().With("contained", new JsonArray(Organization())))) { Also = [path, path + ".contained", path + ".contained[0]"] };
        yield return new("contained", ["dom-3"], root.Path, "dom-3", r => Add(r, Organization(), isUsed: false)) { Also = [path] };
        yield return new("contained", ["dom-4"], root.Path, "dom-4", r => Add(r, Organization().With("meta", new JsonObject { ["versionId"] = "1" }))) { Also = [path, path + ".meta"] };
        yield return new("contained", ["dom-5"], root.Path, "dom-5", r => Add(r, Organization().With("meta", new JsonObject { ["security"] = new JsonArray(new JsonObject { ["code"] = "R" }) }))) { Also = [path, path + ".meta"] };
    }

    private static JsonObject Organization() => new() { ["resourceType"] = "Organization", ["id"] = "added", ["name"] = "x" };

    private static JsonObject With(this JsonObject resource, string property, JsonNode value)
    {
        resource[property] = value;
        return resource;
    }

    private static void Add(JsonObject root, JsonObject resource, bool isUsed = true)
    {
        if (root["contained"] is not JsonArray contained)
            root["contained"] = contained = [];
        contained.Add(resource);
        // dom-3 asks that something refers to it.
        if (!isUsed)
            return;
        if (root["extension"] is not JsonArray extensions)
            root["extension"] = extensions = [];
        extensions.Add(new JsonObject { ["url"] = "http://example.org/uses", ["valueReference"] = new JsonObject { ["reference"] = "#added" } });
    }
}
