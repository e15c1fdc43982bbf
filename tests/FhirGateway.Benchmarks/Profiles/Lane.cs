namespace FhirGateway.Benchmarks.Profiles;

/// <summary>One way to work through a list of resources.</summary>
/// <param name="Name">What is printed.</param>
/// <param name="Work">One resource by its position; the result keeps the work alive.</param>
internal sealed record Lane(string Name, Func<int, long> Work)
{
    /// <summary>Bytes a second in each slice; the slices of all lanes of a round belong together.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Bytes allocated per resource over all slices.</summary>
    public double Allocated { get; set; }

    /// <summary>Of the slices.</summary>
    public double Median => Middle(Rates);

    /// <summary>The median of the ratios to another lane, round by round.</summary>
    public double RatioTo(Lane other) => Middle(Rates.Zip(other.Rates, (own, theirs) => own / theirs));

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
