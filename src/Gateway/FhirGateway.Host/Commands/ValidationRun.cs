using System.Collections.Concurrent;

namespace FhirGateway.Host.Commands;

/// <summary>Validates files on all processors and writes the reports in the order of the resources, in bounded memory.</summary>
internal sealed class ValidationRun(Session session, Func<ResourceCheck> createCheck)
{
    private const int MostInBatch = 64;
    private const int MostBytesInBatch = 256 * 1024;
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentBag<ResourceCheck> idle = [];
    private readonly Queue<Task<ValidationReport>> running = new();
    private readonly long started = TimeProvider.System.GetTimestamp();
    private long shown;
    private long resources;
    private long bytes;

    /// <summary>Whether an error was found.</summary>
    public bool HasErrors { get; private set; }

    public async Task RunAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await using var stream = session.Open(file);
            var batch = new List<ResourceText>();
            var size = 0;
            await foreach (var resource in ResourceInput.ReadAsync(file, stream, cancellationToken))
            {
                batch.Add(resource);
                size += resource.Json.Length;
                if (batch.Count < MostInBatch && size < MostBytesInBatch)
                    continue;
                await StartAsync(file, batch);
                (batch, size) = ([], 0);
            }

            if (batch.Count > 0)
                await StartAsync(file, batch);
        }

        while (running.Count > 0)
            await TakeAsync();
        Show(isLast: true);
        await session.Output.FlushAsync(cancellationToken);
    }

    private async Task StartAsync(string file, List<ResourceText> batch)
    {
        // A few batches more than processors: one that takes long must not keep the others waiting.
        if (running.Count >= Environment.ProcessorCount * 4)
            await TakeAsync();
        running.Enqueue(Task.Run(() => Check(file, batch)));
    }

    private ValidationReport Check(string file, List<ResourceText> batch)
    {
        var check = idle.TryTake(out var taken) ? taken : createCheck();
        var report = check.Check(file, batch);
        idle.Add(check);
        return report;
    }

    private async Task TakeAsync()
    {
        var report = await running.Dequeue();
        HasErrors |= report.Errors > 0;
        resources += report.Resources;
        bytes += report.Bytes;
        await session.Output.WriteAsync(report.Text);
        Show(isLast: false);
    }

    private void Show(bool isLast)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (!session.ShowsProgress || (!isLast && TimeProvider.System.GetElapsedTime(shown, now) < ShowEvery))
            return;
        shown = now;
        var seconds = Math.Max(0.001, TimeProvider.System.GetElapsedTime(started, now).TotalSeconds);
        session.Error.Write($"\r{resources} resources, {bytes / seconds / 1e6:0.0} MB/s {(isLast ? "\n" : "")}");
    }
}
