using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>What a ValueSet includes is there (valueset.html#compositions): systems by absolute URI, codes that exist, filters that mean something.</summary>
internal sealed class ValueSetRules(DefinitionLookup definitions)
{
    private const string Snomed = "http://snomed.info/sct";
    private RuleReport report = null!;
    private JsonTape tape = null!;

    public void Check(RuleReport target, int set)
    {
        (report, tape) = (target, target.Tape);
        var compose = tape.Find(set, "compose"u8);
        foreach (var include in tape.Items(compose, "include"u8))
            CheckInclude(include);
        foreach (var exclude in tape.Items(compose, "exclude"u8))
            CheckInclude(exclude);
    }

    private void CheckInclude(int include)
    {
        var system = tape.Find(include, "system"u8);
        if (!tape.IsString(system))
            return;
        var url = tape.Text(system);
        if (!UriText.IsAbsolute(tape.Bytes(system)))
        {
            report.Error(system, "invalid", "valueset-system", "The system of a code is an absolute URI; a contained code system is named by its url");
            return;
        }
        if (url.Contains('|', StringComparison.Ordinal))
        {
            report.Error(system, "business-rule", "valueset-system", "The version of a system belongs into ValueSet.compose.include.version");
            return;
        }
        if (definitions.FindCodeSystem(url) is { Content: "supplement" })
        {
            report.Error(system, "invalid", "valueset-system", "A supplement is no code system; name the one that it adds to");
            return;
        }
        if (definitions.FindCodeSystem(url) is null && definitions.FindValueSet(url) is not null)
        {
            report.Error(system, "invalid", "valueset-system", "This is a value set, not a code system; it belongs into ValueSet.compose.include.valueSet");
            return;
        }
        var version = tape.FindText(include, "version"u8);
        foreach (var concept in tape.Items(include, "concept"u8))
            CheckConcept(concept, url, version);
        foreach (var filter in tape.Items(include, "filter"u8))
            CheckFilter(filter, url, version);
    }

    private void CheckConcept(int concept, string system, string? version)
    {
        var code = tape.FindText(concept, "code"u8);
        if (code is not null && IsUnknown(system, version, code))
            report.Error(concept, "business-rule", "valueset-code", "The code system has no such code");
    }

    /// <summary>Only what is sure: the system is known in whole, in the version asked for; or the code has not the form of one.</summary>
    private bool IsUnknown(string system, string? version, string code)
    {
        if (DefinitionLookup.IsMalformed(system, code))
            return true;
        if (version is not null && definitions.FindCodeSystem(system)?.Version is { } own && own != version)
            return false;
        return definitions.FindAllCodes(system) is { } codes && !codes.Contains(code);
    }

    private void CheckFilter(int filter, string system, string? version)
    {
        var property = tape.FindText(filter, "property"u8);
        var op = tape.FindText(filter, "op"u8);
        var value = tape.Find(filter, "value"u8);
        if (property is null || op is null || !tape.IsString(value))
            return;
        var text = tape.Text(value);
        if (op == "regex")
            CheckRegex(filter, property, text);
        else if (op == "exists")
            CheckForm(value, text is "true" or "false", "true or false");
        else if (system == Snomed && property == "constraint")
            CheckForm(value, op == "=" && SnomedConstraint.IsValid(text), "an expression constraint of SNOMED CT, with the operator =");
        else
            CheckValue(filter, system, version, property, op, text);
    }

    private void CheckRegex(int filter, string property, string text)
    {
        if (property == "concept")
            report.Error(filter, "invalid", "valueset-filter-op", "concept is not filtered by a regular expression; use code");
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            report.Error(filter, "invalid", "valueset-filter-value", "The value is no regular expression");
        }
        catch (NotSupportedException)
        {
            // Well formed, and only what cannot be matched in linear time.
        }
    }

    private void CheckValue(int filter, string system, string? version, string property, string op, string text)
    {
        if (property is "concept" or "code" && op is not ("=" or "in" or "not-in" or "is-a" or "is-not-a" or "descendent-of" or "generalizes" or "child-of" or "descendent-leaf"))
        {
            report.Error(filter, "invalid", "valueset-filter-op", "This property is not filtered with this operator");
            return;
        }
        var type = FindType(system, property);
        foreach (var item in op is "in" or "not-in" ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text])
            CheckItem(filter, system, version, property, type, item);
    }

    private void CheckItem(int filter, string system, string? version, string property, string? type, string item)
    {
        var bare = item.Length > 2 && item[..2] is "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "sa" or "eb" or "ap" ? item[2..] : item;
        switch (type)
        {
            case "boolean":
                CheckForm(filter, item is "true" or "false", "true or false");
                break;
            case "integer":
                CheckForm(filter, int.TryParse(bare, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _), "a whole number");
                break;
            case "decimal":
                CheckForm(filter, decimal.TryParse(bare, NumberStyles.Float, CultureInfo.InvariantCulture, out _), "a number");
                break;
            case "dateTime":
                CheckForm(filter, PrimitiveFormat.IsValid(PrimitiveKind.DateTime, System.Text.Encoding.UTF8.GetBytes(bare)), "a date");
                break;
            case "Coding":
                CheckCoding(filter, item);
                break;
            default:
                if (property is "concept" or "code" or "parent" or "child" or "partOf" && system != "http://loinc.org" && IsUnknown(system, version, item))
                    report.Error(filter, "invalid", "valueset-filter-code", "The code system has no such code");
                break;
        }
    }

    /// <summary>The value is written as system#code, or system|version#code.</summary>
    private void CheckCoding(int filter, string item)
    {
        var hash = item.IndexOf('#', StringComparison.Ordinal);
        if (hash < 1 || hash == item.Length - 1)
            CheckForm(filter, false, "a system and a code with # between them");
        else if (IsUnknown(item[..hash].Split('|')[0], item[..hash].Contains('|', StringComparison.Ordinal) ? item[..hash].Split('|')[1] : null, item[(hash + 1)..]))
            report.Error(filter, "invalid", "valueset-filter-code", "The code system named by the value has no such code");
    }

    private string? FindType(string system, string property)
    {
        if (definitions.FindResource("CodeSystem", system) is { } definition)
            foreach (var defined in definition.Items(0, "property"u8))
                if (definition.FindText(defined, "code"u8) == property)
                    return definition.FindText(defined, "type"u8);
        return ConceptProperties.FindType(property);
    }

    private void CheckForm(int at, bool isGood, string expected)
    {
        if (!isGood)
            report.Error(at, "invalid", "valueset-filter-value", "The value of this filter is " + expected);
    }
}
