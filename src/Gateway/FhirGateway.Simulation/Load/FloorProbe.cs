namespace FhirGateway.Simulation.Load;

/// <summary>
/// Measures the floor under every durable acknowledgement on this disk: groups of 16 rows, appended and synced one group after the
/// other. A load figure means something only beside the floor of the same run. The plain file is the most that any store can reach;
/// a store's own group commit is measured by giving it as the delegate.
/// </summary>
public sealed class FloorProbe(TimeProvider time)
{
    /// <summary>Rows per group: the connections of the standard load.</summary>
    public const int RowsPerGroup = 16;

    /// <summary>Bytes per row: an ADT message with its receipt.</summary>
    public const int RowBytes = 1_400;

    /// <summary>Appends to a file in the directory and syncs each group (<c>Flush(true)</c>, an fsync); the file is removed.</summary>
    public async Task<FloorResult> MeasureFileAsync(string directory, TimeSpan duration, CancellationToken cancellationToken, int rowsPerGroup = RowsPerGroup)
    {
        var path = Path.Combine(directory, "floor.probe");
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        });
        return await MeasureAsync(
            async (group, cancel) =>
            {
                await file.WriteAsync(group, cancel);
                file.Flush(flushToDisk: true);
            },
            duration,
            cancellationToken,
            rowsPerGroup);
    }

    /// <summary>Measures any group commit: the delegate returns when the rows that it is given (16 unless said) are durable.</summary>
    public async Task<FloorResult> MeasureAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> commit, TimeSpan duration, CancellationToken cancellationToken, int rowsPerGroup = RowsPerGroup)
    {
        var group = new byte[rowsPerGroup * RowBytes];
        new Random(1).NextBytes(group);
        await commit(group, cancellationToken);
        var rows = 0L;
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < duration)
        {
            await commit(group, cancellationToken);
            rows += rowsPerGroup;
        }
        return new FloorResult(rowsPerGroup, RowBytes, rows, time.GetElapsedTime(started));
    }
}
