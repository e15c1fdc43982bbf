namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Resources of one type, each with the profiles that it is checked against beside those that it declares.</summary>
internal sealed record CorpusGroup(string Name, IReadOnlyList<byte[]> Resources, IReadOnlyList<string[]> Profiles)
{
    public double MeanBytes => Resources.Average(r => r.Length);
}
