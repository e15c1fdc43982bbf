using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>A slicing in one cell: <c>open value:system value:code</c>, the rules first, <c>ordered</c> after them.</summary>
internal static class SlicingCell
{
    private const string Ordered = "ordered";

    public static string Write(ElementSlicing? slicing)
    {
        if (slicing is null)
            return "";
        var words = new List<string> { Rules(slicing.Rules) };
        if (slicing.IsOrdered)
            words.Add(Ordered);
        words.AddRange(slicing.Discriminators.Select(d => d.Type + ":" + NoSpace(d.Path)));
        return string.Join(' ', words);
    }

    public static ElementSlicing? Read(string cell)
    {
        if (cell.Length == 0)
            return null;
        var words = cell.Split(' ');
        return new(Rules(words[0]), words.Contains(Ordered),
            [.. words.Skip(1).Where(w => w != Ordered).Select(w => w.Split(':', 2)).Select(p => new SliceDiscriminator(p[0], p[1]))]);
    }

    private static string NoSpace(string path) =>
        path.Contains(' ', StringComparison.Ordinal) ? throw new FormatException($"'{path}' cannot stand in a list of a table") : path;

    private static string Rules(SlicingRules rules) => rules switch
    {
        SlicingRules.Closed => "closed",
        SlicingRules.OpenAtEnd => "openAtEnd",
        _ => "open",
    };

    private static SlicingRules Rules(string text) => text switch
    {
        "closed" => SlicingRules.Closed,
        "openAtEnd" => SlicingRules.OpenAtEnd,
        "open" => SlicingRules.Open,
        _ => throw new FormatException($"'{text}' is no rule of slicing"),
    };
}
