namespace FhirGateway.Simulation.Load;

/// <summary>What the disk allows: rows made durable in groups.</summary>
public sealed record FloorResult(int RowsPerGroup, int RowBytes, long Rows, TimeSpan Elapsed)
{
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;
}
