using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// How a table calls the invariants: by key, and where a key means several things <c>key~2</c> and so on. What a table that
/// this one needs already names is not named again.
/// </summary>
internal sealed class InvariantLabels
{
    private readonly Dictionary<ElementConstraint, string> labels = [];
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly List<(string Label, ElementConstraint Invariant)> own = [];

    public InvariantLabels(IEnumerable<PackageTable> needed)
    {
        foreach (var (label, invariant) in needed.SelectMany(t => t.Invariants))
        {
            labels.TryAdd(invariant, label);
            taken.Add(label);
        }
    }

    /// <summary>Those of this table, by label.</summary>
    public IEnumerable<(string Label, ElementConstraint Invariant)> Own => own.OrderBy(o => o.Label, StringComparer.Ordinal);

    public string Label(ElementConstraint invariant)
    {
        if (labels.TryGetValue(invariant, out var label))
            return label;
        label = CellText.Word(invariant.Key);
        for (var number = 2; !taken.Add(label); number++)
            label = invariant.Key + "~" + number;
        labels.Add(invariant, label);
        own.Add((label, invariant));
        return label;
    }
}
