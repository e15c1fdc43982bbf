using System.Collections.Immutable;
using System.Text.Json;
using static FhirGateway.Fhir.Definitions.DefinitionJson;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Reads a CodeSystem (JSON, R4).</summary>
public static class CodeSystemReader
{
    /// <summary>The definition.</summary>
    /// <exception cref="FormatException">An element that is needed is missing or has a wrong form; the message says which.</exception>
    public static FhirCodeSystem Read(JsonElement definition) => DefinitionJson.Read(definition, "CodeSystem", Parse);

    private static FhirCodeSystem Parse(JsonElement definition)
    {
        var url = Text(definition, "url") ?? throw new FormatException("CodeSystem.url is missing");
        var concepts = ImmutableArray.CreateBuilder<CodeSystemConcept>();
        Add(definition, -1, concepts, url);
        return new()
        {
            Url = url,
            Version = Text(definition, "version"),
            Name = Text(definition, "name") ?? url[(url.LastIndexOf('/') + 1)..],
            Content = Text(definition, "content") ?? throw new FormatException($"{url}: CodeSystem.content is missing"),
            IsCaseSensitive = Flag(definition, "caseSensitive"),
            Supplements = Text(definition, "supplements"),
            Concepts = concepts.ToImmutable(),
        };
    }

    /// <summary>Depth is bounded by that of the JSON.</summary>
    private static void Add(JsonElement owner, int parent, ImmutableArray<CodeSystemConcept>.Builder concepts, string url)
    {
        foreach (var concept in Items(owner, "concept"))
        {
            concepts.Add(new(Text(concept, "code") ?? throw new FormatException($"{url}: CodeSystem.concept.code is missing"), Text(concept, "display"), parent)
            {
                Properties = [.. Items(concept, "property").Select(p => (Text(p, "code") ?? "", PropertyValue(p)))],
                Designations = [.. Items(concept, "designation").Select(d => Text(d, "value")).OfType<string>()],
            });
            Add(concept, concepts.Count - 1, concepts, url);
        }
    }

    /// <summary>valueCoding counts by its code; the others by their JSON text.</summary>
    private static string PropertyValue(JsonElement property)
    {
        foreach (var part in property.EnumerateObject())
            if (part.Name.StartsWith("value", StringComparison.Ordinal))
                return part.Value.ValueKind == JsonValueKind.Object ? Text(part.Value, "code") ?? "" : part.Value.ToString() switch
                {
                    "True" => "true",
                    "False" => "false",
                    var text => text,
                };
        return "";
    }
}
