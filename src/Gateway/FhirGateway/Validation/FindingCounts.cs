using System.Collections.Immutable;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Validation;

/// <summary>How often each kind of finding occurs in one resource: what a sender needs to see, without a value of the data.</summary>
public static class FindingCounts
{
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
