using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>A SearchParameter agrees with itself and with the one that it is derived from (searchparameter.html).</summary>
internal sealed class SearchParameterRules(DefinitionLookup definitions)
{
    public void Check(RuleReport report, int parameter)
    {
        var tape = report.Tape;
        if (tape.Is(tape.Find(parameter, "type"u8), "composite"u8) && CountComponents(tape, parameter) < 2)
            report.Error(parameter, "business-rule", "search-composite", "A composite parameter has two components or more");
        var expression = tape.Find(parameter, "expression"u8);
        if (tape.IsString(expression) && !FhirPathExpression.TryCompile(tape.Text(expression), out _, out var fault))
            report.Error(expression, "invalid", "search-expression", $"The expression is no FHIRPath (character {fault.Position}): {fault.Message}");
        else if (tape.IsString(expression))
            CheckRoots(report, parameter, expression);
        if (tape.FindText(parameter, "derivedFrom"u8) is { } url && definitions.FindResource("SearchParameter", url) is { } master)
            CheckDerived(report, parameter, master);
    }

    private static int CountComponents(JsonTape tape, int parameter)
    {
        var count = 0;
        foreach (var component in tape.Items(parameter, "component"u8))
            count += component >= 0 ? 1 : 0;
        return count;
    }

    /// <summary>searchparameter.html: a derived parameter has the type of the other, and no base that the other has not.</summary>
    private static void CheckDerived(RuleReport report, int parameter, JsonTape master)
    {
        var tape = report.Tape;
        var type = tape.Find(parameter, "type"u8);
        if (tape.IsString(type) && !master.Is(master.Find(0, "type"u8), tape.Bytes(type)))
            report.Error(type, "business-rule", "search-derived-type", "The parameter that this is derived from has another type");
        foreach (var item in tape.Items(parameter, "base"u8))
            if (tape.IsString(item) && !HasBase(master, 0, tape.Bytes(item)))
                report.Error(item, "business-rule", "search-derived-base", "The parameter that this is derived from is not for this type");
    }

    private static bool HasBase(JsonTape tape, int parameter, ReadOnlySpan<byte> type)
    {
        foreach (var item in tape.Items(parameter, "base"u8))
            if (tape.Is(item, type) || tape.Is(item, "Resource"u8) || tape.Is(item, "DomainResource"u8))
                return true;
        return false;
    }

    /// <summary>Each part of the expression that begins with a resource type begins with one of the bases.</summary>
    private static void CheckRoots(RuleReport report, int parameter, int expression)
    {
        var tape = report.Tape;
        var text = tape.Bytes(expression);
        var (start, open, quoted) = (0, 0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\'')
                quoted = !quoted;
            if (i < text.Length && !quoted)
                open += text[i] is (byte)'(' ? 1 : text[i] is (byte)')' ? -1 : 0;
            if (i < text.Length && (text[i] != '|' || quoted || open > 0))
                continue;
            var part = text[start..i].TrimStart(" (\t\r\n"u8);
            start = i + 1;
            var end = part.IndexOfAny((byte)'.', (byte)' ', (byte)')');
            var root = end < 0 ? part : part[..end];
            if (!StructureTable.R4.IsResourceType(root) || HasBase(tape, parameter, root))
                continue;
            report.Error(expression, "invalid", "search-expression-base", "The expression begins with a resource type that is no base of the parameter");
            return;
        }
    }
}
