using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Validation;

/// <summary>How often each kind of finding occurs in one resource: what a sender needs to see, without a value of the data.</summary>
public static partial class FindingCounts
{
    /// <summary>Names of elements that nobody knows may be of any length.</summary>
    private const int MostLength = 200;

    /// <summary>
    /// Errors and warnings by <c>severity key</c>, e.g. <c>error us-core-6</c>, in the order in which they were met. Information
    /// says what was not checked, and is not counted.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, int>> Of(IReadOnlyList<ValidationIssue> issues)
    {
        var counts = ImmutableArray<KeyValuePair<string, int>>.Empty;
        foreach (var issue in issues)
            if (issue.Severity != IssueSeverity.Information)
                counts = Add(counts, NameOf(issue));
        return counts;
    }

    /// <summary>Where each of the counted findings was met first, as FHIRPath; in the order of <paramref name="counts"/>.</summary>
    public static ImmutableArray<string> Places(IReadOnlyList<ValidationIssue> issues, ImmutableArray<KeyValuePair<string, int>> counts)
    {
        if (counts.IsEmpty)
            return [];
        var places = ImmutableArray.CreateBuilder<string>(counts.Length);
        foreach (var issue in issues)
        {
            if (issue.Severity != IssueSeverity.Information && places.Count < counts.Length && counts[places.Count].Key == NameOf(issue))
                places.Add(issue.Expression);
        }

        return places.ToImmutable();
    }

    /// <summary>Errors by element and kind, each once: <c>Patient.name</c>, <c>us-core-6</c>.</summary>
    /// <param name="issues">About a Bundle.</param>
    /// <param name="bundle">It, as UTF-8 JSON.</param>
    public static IReadOnlySet<(string Element, string Finding)> Elements(IReadOnlyList<ValidationIssue> issues, ReadOnlyMemory<byte> bundle)
    {
        var found = new HashSet<(string, string)>();
        JsonDocument? document = null;
        foreach (var issue in issues)
        {
            if (issue.Severity is IssueSeverity.Error or IssueSeverity.Fatal)
                found.Add((ElementOf(issue.Expression, bundle, ref document), issue.Key));
        }

        document?.Dispose();
        return found;
    }

    /// <summary>Without numbers of repetitions, and within an entry of the Bundle from its resource on.</summary>
    private static string ElementOf(string expression, ReadOnlyMemory<byte> bundle, ref JsonDocument? document)
    {
        if (Entry().Match(expression) is { Success: true } entry)
        {
            document ??= JsonDocument.Parse(bundle);
            var resource = document.RootElement.GetProperty("entry")[int.Parse(entry.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)].GetProperty("resource");
            expression = resource.GetProperty("resourceType").GetString() + expression[entry.Length..];
        }

        var element = Index().Replace(expression, "");
        return element.Length <= MostLength ? element : "other";
    }

    [GeneratedRegex(@"^Bundle\.entry\[(\d+)\]\.resource")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();

    public static bool HasError(IReadOnlyList<ValidationIssue> issues)
    {
        foreach (var issue in issues)
            if (issue.Severity is IssueSeverity.Error or IssueSeverity.Fatal)
                return true;
        return false;
    }

    private static ImmutableArray<KeyValuePair<string, int>> Add(ImmutableArray<KeyValuePair<string, int>> counts, string name)
    {
        for (var i = 0; i < counts.Length; i++)
            if (counts[i].Key == name)
                return counts.SetItem(i, new(name, counts[i].Value + 1));
        return counts.Add(new(name, 1));
    }

    /// <summary>Keys are few and come again and again: one string for each.</summary>
    private static string NameOf(ValidationIssue issue) =>
        string.Intern((issue.Severity == IssueSeverity.Warning ? "warning " : "error ") + issue.Key);
}
