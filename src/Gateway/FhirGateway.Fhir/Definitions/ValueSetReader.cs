using System.Collections.Immutable;
using System.Text.Json;
using static FhirGateway.Fhir.Definitions.DefinitionJson;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Reads a ValueSet (JSON, R4).</summary>
public static class ValueSetReader
{
    /// <summary>The expansion is cut short: only a part of a set too large, or one that has no end.</summary>
    private static readonly string[] IncompleteMarks =
    [
        "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
        "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
    ];

    /// <summary>The definition.</summary>
    /// <exception cref="FormatException">An element that is needed is missing or has a wrong form; the message says which.</exception>
    public static FhirValueSet Read(JsonElement definition) => DefinitionJson.Read(definition, "ValueSet", Parse);

    private static FhirValueSet Parse(JsonElement definition)
    {
        var url = Text(definition, "url") ?? throw new FormatException("ValueSet.url is missing");
        var compose = Member(definition, "compose");
        return new()
        {
            Url = url,
            Version = Text(definition, "version"),
            Name = Text(definition, "name") ?? url[(url.LastIndexOf('/') + 1)..],
            Includes = Parts(compose, "include", url),
            Excludes = Parts(compose, "exclude", url),
            Expansion = Member(definition, "expansion") is { } expansion ? Expansion(expansion, url) : default,
        };
    }

    private static ImmutableArray<ValueSetInclude> Parts(JsonElement? compose, string name, string url) =>
        compose is null ? [] : [.. Items(compose.Value, name).Select(i => new ValueSetInclude
        {
            System = Text(i, "system"),
            Version = Text(i, "version"),
            Concepts = [.. Items(i, "concept").Select(c => (Text(c, "code") ?? throw new FormatException($"{url}: ValueSet.compose.{name}.concept.code is missing"), Text(c, "display")))],
            Filters = [.. Items(i, "filter").Select(f => (Text(f, "property") ?? "", Text(f, "op") ?? "", Text(f, "value") ?? ""))],
            ValueSets = Texts(i, "valueSet"),
        })];

    private static ImmutableArray<CodedConcept> Expansion(JsonElement expansion, string url)
    {
        if (IncompleteMarks.Any(m => Extension(expansion, m) is { } mark && (!mark.TryGetProperty("valueBoolean", out var value) || value.ValueKind != JsonValueKind.False)))
            return default;
        var concepts = ImmutableArray.CreateBuilder<CodedConcept>();
        var listed = Add(expansion, concepts, url);
        var isPart = Items(expansion, "parameter").Any(p => Text(p, "name") is "limitedExpansion" && Flag(p, "valueBoolean"))
            || Number(expansion, "offset", url) > 0
            || Number(expansion, "total", url) > listed;
        return isPart ? default : concepts.ToImmutable();
    }

    /// <summary>Adds the codes and counts them, abstract ones and headings without a code included.</summary>
    private static int Add(JsonElement owner, ImmutableArray<CodedConcept>.Builder concepts, string url)
    {
        var listed = 0;
        foreach (var entry in Items(owner, "contains"))
        {
            listed++;
            if (!Flag(entry, "abstract") && Text(entry, "code") is { } code)
                concepts.Add(new(Text(entry, "system") ?? throw new FormatException($"{url}: ValueSet.expansion.contains.system is missing"), code, Text(entry, "display")));
            listed += Add(entry, concepts, url);
        }
        return listed;
    }
}
