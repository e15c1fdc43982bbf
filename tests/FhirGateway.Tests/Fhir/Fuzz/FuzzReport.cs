namespace FhirGateway.Tests.Fhir.Fuzz;

/// <summary>What a run of random cases saw.</summary>
public sealed class FuzzReport
{
    /// <summary>Failures beyond it are counted only.</summary>
    public const int KeptFailures = 20;

    public long Cases { get; set; }

    /// <summary>Cases that were good enough to be looked at as a whole.</summary>
    public long Accepted { get; set; }
    public long Failed { get; set; }
    public TimeSpan Slowest { get; set; }

    /// <summary>Number of the slowest case in the run.</summary>
    public long SlowestCase { get; set; }

    /// <summary>Number of the case, and what happened.</summary>
    public List<(long Case, string What)> Failures { get; } = [];

    public void Fail(long number, string what)
    {
        Failed++;
        if (Failures.Count < KeptFailures)
            Failures.Add((number, what));
    }

    /// <summary>Counts a case and what it took.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="elapsed">What it took.</param>
    /// <param name="limit">Longer is a failure.</param>
    public void Count(long number, TimeSpan elapsed, TimeSpan limit)
    {
        Cases++;
        if (elapsed > Slowest)
            (Slowest, SlowestCase) = (elapsed, number);
        if (elapsed > limit)
            Fail(number, $"took {elapsed.TotalMilliseconds:F0} ms");
    }

    public void Add(FuzzReport other)
    {
        Cases += other.Cases;
        Accepted += other.Accepted;
        Failed += other.Failed;
        if (other.Slowest > Slowest)
            (Slowest, SlowestCase) = (other.Slowest, other.SlowestCase);
        Failures.AddRange(other.Failures.Take(KeptFailures - Failures.Count));
    }
}
