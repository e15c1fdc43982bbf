namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// Ids of elements as the tables have them: without the type that they begin with, so that the same element has the same id in
/// a type and in all its profiles. <c>.</c> is the root, <c>.extension:race.url</c> an element of a slice.
/// </summary>
internal static class ElementId
{
    public const string Root = ".";

    /// <exception cref="FormatException">The id does not begin with the root.</exception>
    public static string Relative(string id, string root) =>
        id == root ? Root
        : id.StartsWith(root, StringComparison.Ordinal) && id[root.Length] == '.' ? id[root.Length..]
        : throw new FormatException($"{id}: id of an element outside {root}");

    public static string Absolute(string relative, string root) => relative == Root ? root : root + relative;

    public static string? Parent(string relative)
    {
        var dot = relative.LastIndexOf('.');
        return relative == Root ? null : dot == 0 ? Root : relative[..dot];
    }

    /// <summary>The last step without the name of a slice.</summary>
    public static string WithoutLastSlice(string relative)
    {
        var colon = relative.LastIndexOf(':');
        return colon > relative.LastIndexOf('.') ? relative[..colon] : relative;
    }

    /// <summary>Every step without the name of a slice: the path.</summary>
    public static string WithoutSlices(string id)
    {
        if (!id.Contains(':', StringComparison.Ordinal))
            return id;
        var steps = id.Split('.');
        for (var i = 0; i < steps.Length; i++)
            steps[i] = steps[i].Split(':')[0];
        return string.Join('.', steps);
    }

    /// <summary>The name of the slice that the last step names, or null.</summary>
    public static string? SliceName(string id)
    {
        var step = id[(id.LastIndexOf('.') + 1)..];
        var colon = step.IndexOf(':');
        return colon < 0 ? null : step[(colon + 1)..];
    }

    /// <summary>The last step with its dot.</summary>
    public static string LastStep(string relative) => relative[relative.LastIndexOf('.')..];
}
