using System.Collections.Immutable;

namespace FhirGateway.People;

/// <summary>What a set of merges comes to.</summary>
/// <param name="Survivors">Every retired key and the key where it leads in the end.</param>
/// <param name="Humans">Keys that are one human's, two or more each, sorted; in order of the first.</param>
/// <param name="Verdicts">By number of the note.</param>
public sealed record FoldedMerges(
    ImmutableSortedDictionary<string, string> Survivors,
    ImmutableArray<ImmutableArray<string>> Humans,
    ImmutableDictionary<long, MergeVerdict> Verdicts)
{
    public override string ToString() => $"FoldedMerges({Survivors.Count} retired, {Humans.Length} humans)";
}
