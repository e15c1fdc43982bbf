namespace FhirGateway.Benchmarks.Profiles;

/// <summary>One way to work through a list of resources.</summary>
/// <param name="Name">What is printed.</param>
/// <param name="Work">One resource; the result keeps the work alive.</param>
internal sealed record Lane(string Name, Func<byte[], long> Work)
{
    /// <summary>Bytes a second in each slice.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Bytes allocated per resource over all slices.</summary>
    public double Allocated { get; set; }

    /// <summary>Of the slices.</summary>
    public double Median => Rates.Order().ElementAt(Rates.Count / 2);
}
