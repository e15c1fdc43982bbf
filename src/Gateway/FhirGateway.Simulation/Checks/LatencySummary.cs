namespace FhirGateway.Simulation.Checks;

/// <summary>How long events took; all zero where there were none.</summary>
public readonly record struct LatencySummary(int Count, TimeSpan P50, TimeSpan P99, TimeSpan Maximum)
{
    internal static LatencySummary Of(List<TimeSpan> values)
    {
        if (values.Count == 0)
            return default;
        values.Sort();
        return new LatencySummary(values.Count, values[(values.Count - 1) / 2], values[(int)Math.Ceiling(values.Count * 0.99) - 1], values[^1]);
    }
}
