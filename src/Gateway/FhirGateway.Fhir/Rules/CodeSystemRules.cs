using System.Buffers.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>A CodeSystem agrees with itself and with what it supplements (codesystem.html).</summary>
internal sealed class CodeSystemRules(DefinitionLookup definitions)
{
    private readonly Dictionary<string, string?> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> uris = new(StringComparer.Ordinal);
    private RuleReport report = null!;
    private JsonTape tape = null!;

    public void Check(RuleReport target, int system)
    {
        (report, tape) = (target, target.Tape);
        var content = tape.Find(system, "content"u8);
        CheckContent(system, content);
        CheckCount(system, content);
        CheckValueSet(system);
        types.Clear();
        uris.Clear();
        foreach (var property in tape.Items(system, "property"u8))
            CheckProperty(property);
        CheckConcepts(system);
    }

    /// <summary>codesystem.html#supplements: a supplement says so in content, and says nothing that belongs to the code system.</summary>
    private void CheckContent(int system, int content)
    {
        var supplements = tape.FindText(system, "supplements"u8);
        if (supplements is null)
        {
            if (tape.Is(content, "supplement"u8))
                report.Error(content, "business-rule", "codesystem-supplement", "A supplement says in CodeSystem.supplements which code system it adds to");
            if (tape.Is(content, "not-present"u8) && tape.Find(system, "concept"u8) is >= 0 and var concept)
                report.Error(concept, "invalid", "codesystem-not-present", "A code system whose content is not-present has no concepts here");
            return;
        }
        if (content >= 0 && !tape.Is(content, "supplement"u8))
            report.Error(content, "business-rule", "codesystem-supplement", "What supplements a code system has the content supplement");
        CheckAbsent(system, "caseSensitive"u8);
        CheckAbsent(system, "hierarchyMeaning"u8);
        CheckSupplemented(system, supplements);
    }

    private void CheckAbsent(int system, ReadOnlySpan<byte> name)
    {
        if (tape.Find(system, name) is >= 0 and var value)
            report.Error(value, "business-rule", "codesystem-supplement-element", "A supplement leaves this to the code system that it adds to");
    }

    private void CheckSupplemented(int system, string supplements)
    {
        var codes = definitions.FindAllCodes(supplements);
        foreach (var concept in tape.Items(system, "concept"u8))
        {
            var code = tape.FindText(concept, "code"u8);
            if (code is not null && (codes is null ? DefinitionLookup.IsMalformed(supplements, code) : !codes.Contains(code)))
                report.Error(concept, "business-rule", "codesystem-supplement-code", "The code system that this supplements has no such code");
        }
    }

    private void CheckCount(int system, int content)
    {
        var count = tape.Find(system, "count"u8);
        if (count < 0 || tape[count].Kind != JsonKind.Number || !Utf8Parser.TryParse(tape.Raw(count), out int stated, out _))
            return;
        var concepts = CountConcepts(system);
        if (tape.Is(content, "complete"u8) && concepts != stated)
            report.Error(count, "invalid", "codesystem-count", $"The content is complete and has {concepts} concepts; count must say so");
        else if ((tape.Is(content, "fragment"u8) || tape.Is(content, "example"u8)) && concepts > stated)
            report.Warning(count, "invalid", "codesystem-count", "A part of a code system cannot have more concepts than the whole");
    }

    private int CountConcepts(int owner)
    {
        var count = 0;
        foreach (var concept in tape.Items(owner, "concept"u8))
            count += 1 + CountConcepts(concept);
        return count;
    }

    /// <summary>CodeSystem.valueSet is the set of all codes of the system, and of nothing else.</summary>
    private void CheckValueSet(int system)
    {
        var value = tape.Find(system, "valueSet"u8);
        if (!tape.IsString(value) || definitions.FindValueSet(tape.Text(value)) is not { Expansion.IsDefault: true } set)
            return;
        if (set.Includes is not [var include] || include.System != tape.FindText(system, "url"u8)
            || !include.Concepts.IsEmpty || !include.Filters.IsEmpty || !include.ValueSets.IsEmpty)
            report.Error(value, "business-rule", "codesystem-valueset", "The value set named here must include this whole code system and nothing else");
    }

    private void CheckProperty(int property)
    {
        var code = tape.FindText(property, "code"u8);
        var type = tape.FindText(property, "type"u8);
        var uri = tape.FindText(property, "uri"u8);
        if (code is not null && !types.TryAdd(code, type))
            report.Error(property, "business-rule", "codesystem-property-code", "A property with this code is already defined");
        if (uri is null)
            return;
        if (!uris.Add(uri))
            report.Error(property, "business-rule", "codesystem-property-uri", "A property with this URI is already defined");
        if (!uri.StartsWith(ConceptProperties.Prefix, StringComparison.Ordinal))
            return;
        var known = uri[ConceptProperties.Prefix.Length..];
        var expected = ConceptProperties.FindType(known);
        if (expected is not null && type is not null && expected != type)
            report.Error(property, "business-rule", "codesystem-property-type", $"The property that this URI means has the type {expected}");
        if (expected is not null && code is not null && code != known && ConceptProperties.FindType(code) is not null)
            report.Error(property, "business-rule", "codesystem-property-name", $"The property that this URI means has the code {known}; the code given is that of another one");
    }

    private void CheckConcepts(int owner)
    {
        foreach (var concept in tape.Items(owner, "concept"u8))
        {
            foreach (var property in tape.Items(concept, "property"u8))
                CheckValue(property);
            CheckConcepts(concept);
        }
    }

    private void CheckValue(int property)
    {
        var code = tape.FindText(property, "code"u8);
        var value = tape.FindChoice(property, "value"u8);
        if (code is null || value < 0)
            return;
        if (!types.TryGetValue(code, out var type))
            report.Warning(property, "business-rule", "codesystem-property-unknown", "CodeSystem.property does not define this property");
        else if (type is not null && !tape.Bytes(value - 1)[5..].SequenceEqual(Suffix(type)))
            report.Error(property, "business-rule", "codesystem-property-value", $"The property is defined with the type {type}");
    }

    private static ReadOnlySpan<byte> Suffix(string type) => type switch
    {
        "code" => "Code"u8,
        "Coding" => "Coding"u8,
        "string" => "String"u8,
        "integer" => "Integer"u8,
        "boolean" => "Boolean"u8,
        "dateTime" => "DateTime"u8,
        "decimal" => "Decimal"u8,
        _ => default,
    };
}
