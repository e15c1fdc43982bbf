using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>What differs between a snapshot as it was published and one made of the same differential.</summary>
internal static class SnapshotDifferences
{
    /// <summary>Element, aspect and both texts; missing and extra elements are an aspect of their own.</summary>
    public static IEnumerable<(string Element, string Aspect, string Published, string Made)> Of(FhirStructure published, FhirStructure made)
    {
        if (made.SnapshotFault is { } fault)
        {
            yield return ("", "fault", "", fault);
            yield break;
        }
        var ours = made.Snapshot.ToDictionary(e => e.Id);
        foreach (var element in published.Snapshot)
        {
            if (!ours.Remove(element.Id, out var own))
            {
                yield return (element.Id, "missing", "", "");
                continue;
            }
            var (left, right) = (Aspects(element).ToList(), Aspects(own).ToList());
            for (var i = 0; i < left.Count; i++)
                if (left[i].Text != right[i].Text)
                    yield return (element.Id, left[i].Aspect, left[i].Text, right[i].Text);
        }
        foreach (var id in ours.Keys)
            yield return (id, "extra", "", "");
        var order = published.Snapshot.Select(e => e.Id).Where(i => made.Snapshot.Any(m => m.Id == i)).ToList();
        if (!order.SequenceEqual(made.Snapshot.Select(e => e.Id).Where(order.Contains)))
            yield return ("", "order", "", "");
    }

    /// <summary>One aspect of an element as text.</summary>
    public static string Aspect(ElementDefinition element, string aspect) => Aspects(element).FirstOrDefault(a => a.Aspect == aspect).Text;

    /// <summary>Whether a part of what is said of the element, say one constraint of several, is in the text.</summary>
    public static bool Said(ElementDefinition element, string aspect, string text) =>
        aspect == "constraints" && Aspect(element, aspect).Split("; ").All(text.Split("; ").Contains);

    private static IEnumerable<(string Aspect, string Text)> Aspects(ElementDefinition e)
    {
        yield return ("path", e.Path);
        yield return ("slice", e.SliceName ?? "");
        yield return ("min", $"{e.Min}");
        yield return ("max", $"{e.Max}");
        yield return ("types", string.Join(", ", e.Types.Select(t => $"{t.Code}({string.Join(' ', t.Profiles)})({string.Join(' ', t.TargetProfiles)})({string.Join(' ', t.Aggregations)})")));
        yield return ("content", e.ContentReference ?? "");
        yield return ("fixed", $"{e.Fixed}");
        yield return ("pattern", $"{e.Pattern}");
        yield return ("least", $"{e.MinValue}");
        yield return ("most", $"{e.MaxValue} {e.MaxLength}");
        yield return ("binding", e.Binding is { } b ? $"{b.Strength} {b.ValueSet} {b.MaxValueSet} {string.Join(' ', b.Additional)}" : "");
        yield return ("slicing", e.Slicing is { } s ? $"{s.Rules} {s.IsOrdered} {string.Join(' ', s.Discriminators)}" : "");
        yield return ("constraints", string.Join("; ", e.Constraints.Select(c => $"{c.Key} {c.Expression}").Order(StringComparer.Ordinal)));
        yield return ("mustSupport", $"{e.MustSupport}");
        yield return ("isModifier", $"{e.IsModifier}");
    }
}
