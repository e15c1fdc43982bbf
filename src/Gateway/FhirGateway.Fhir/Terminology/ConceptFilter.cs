using System.Text;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Applies a filter of ValueSet.compose.include to a code system (http://hl7.org/fhir/R4/valueset-filter-operator.html).</summary>
internal static class ConceptFilter
{
    private static readonly string[] OwnProperties = ["concept", "code", "display", "parent", "child"];

    /// <summary>Removes from the selection what the filter does not let through.</summary>
    /// <returns>Null, or why the filter cannot be applied; the selection is then of no use.</returns>
    public static string? Apply((string Property, string Op, string Value) filter, CodeSystemIndex index, bool[] selected)
    {
        switch (filter.Op)
        {
            case "is-a" or "descendent-of" or "descendant-of" or "is-not-a" or "generalizes" or "child-of" or "descendent-leaf":
                return ApplyHierarchy(filter, index, selected);
            case "regex":
                return CodePattern.TryCreate(filter.Value, out var pattern, out var fault)
                    ? Keep(filter.Property, index, selected, pattern.IsMatch)
                    : $"a filter on {index.System.Url} has a regular expression that cannot be used: {fault}";
            case "=":
                return Keep(filter.Property, index, selected, v => v == filter.Value);
            case "in":
                var wanted = List(filter.Value);
                return Keep(filter.Property, index, selected, wanted.Contains);
            case "not-in":
                var unwanted = List(filter.Value);
                return Keep(filter.Property, index, selected, unwanted.Contains, negate: true);
            case "exists":
                return Keep(filter.Property, index, selected, _ => true, negate: filter.Value != "true");
            default:
                return $"a filter on {index.System.Url} has the operator '{filter.Op}', which is not defined";
        }
    }

    private static HashSet<string> List(string value) => [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static string? ApplyHierarchy((string Property, string Op, string Value) filter, CodeSystemIndex index, bool[] selected)
    {
        var root = index.Codes.Find(Encoding.UTF8.GetBytes(filter.Value));
        if (root < 0)
            return $"a filter asks for concepts {filter.Op} '{filter.Value}', which is not in the code system {index.System.Url}";
        var hierarchy = index.Hierarchy;
        var reached = filter.Op == "generalizes" ? hierarchy.Ancestors(root) : hierarchy.Descendants(root);
        for (var i = 0; i < selected.Length; i++)
            selected[i] &= filter.Op switch
            {
                "is-not-a" => !reached[i],
                "descendent-of" or "descendant-of" => reached[i] && i != root,
                "descendent-leaf" => reached[i] && i != root && !hierarchy.HasChildren(i),
                "child-of" => hierarchy.Children(root).Contains(i),
                _ => reached[i],
            };
        return null;
    }

    private static string? Keep(string property, CodeSystemIndex index, bool[] selected, Func<string, bool> isWanted, bool negate = false)
    {
        if (!OwnProperties.Contains(property) && !(negate && isWanted("")) && !index.System.Concepts.Any(c => c.Properties.Any(p => p.Code == property)))
            return $"a filter uses the property '{property}', which no concept of the code system {index.System.Url} has";
        for (var i = 0; i < selected.Length; i++)
            selected[i] = selected[i] && Values(property, index, i).Any(isWanted) != negate;
        return null;
    }

    private static IEnumerable<string> Values(string property, CodeSystemIndex index, int i)
    {
        var concepts = index.System.Concepts;
        return property switch
        {
            "concept" or "code" => [concepts[i].Code],
            "display" => concepts[i].Display is { } display ? [display] : [],
            "parent" => index.Hierarchy.Parents(i).Select(p => concepts[p].Code),
            "child" => index.Hierarchy.Children(i).Select(p => concepts[p].Code),
            _ => concepts[i].Properties.Where(p => p.Code == property).Select(p => p.Value),
        };
    }
}
