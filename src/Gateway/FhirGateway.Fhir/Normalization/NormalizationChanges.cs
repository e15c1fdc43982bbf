using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>What was changed in one resource. Paths are made only when somebody asks. Reusable.</summary>
internal sealed class NormalizationChanges
{
    private readonly List<(NormalizationRule Rule, int Node, string? Added)> items = [];

    public int Count => items.Count;

    public NormalizationRule this[int index] => items[index].Rule;

    public void Clear() => items.Clear();

    /// <param name="rule">The rule.</param>
    /// <param name="node">The token changed, or the object that an element is added to.</param>
    /// <param name="added">Name of the element added, or null.</param>
    public void Add(NormalizationRule rule, int node, string? added = null) => items.Add((rule, node, added));

    public NormalizationChange Explain(int index, JsonTape tape)
    {
        var (rule, node, added) = items[index];
        var path = TapePath.Of(tape, node);
        return new(rule, added is null ? path : path + "." + added, tape[node].Start);
    }
}
