using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Normalization;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>
/// Reads the files of a submission again to take back, batch by batch, what it made effective: the files are the list of its
/// resources. What refers to others goes first, the Patients and what all refer to last.
/// </summary>
internal sealed class SubmissionWithdrawal(string spool, BulkTracking tracking)
{
    private const int BatchSize = 64;
    private readonly JsonTape tape = new();

    /// <summary>Runs until everything is taken back or somebody interrupts; <paramref name="commit"/> writes one batch.</summary>
    public async Task RunAsync(
        BulkProgress progress, Func<IReadOnlyList<(string Type, string Id)>, Submission, Task> commit, CancellationToken cancellationToken)
    {
        var from = progress.Submission;
        for (var step = from.Rank; step < BulkSteps.Orders; step++)
        {
            for (var file = step == from.Rank ? from.File : 0; file < from.Files.Count; file++)
            {
                if (progress.IsInterrupted)
                    return;
                var order = BulkSteps.Orders - 1 - step;
                if ((step == from.Rank || !progress.Skips(file, order)) && File.Exists(Path.Combine(spool, from.Files[file].Path)))
                    await PassAsync(progress, step, order, file, commit, cancellationToken);
            }
        }
    }

    /// <summary>Takes one batch back inside a transaction.</summary>
    public Submission Write(IStateTransaction tx, Publisher publisher, BulkProgress progress, IReadOnlyList<(string Type, string Id)> items, Submission at)
    {
        var undo = new SubmissionUndo(tx, publisher, progress.Source, progress.Submission, tracking);
        foreach (var (type, id) in items)
            undo.Undo(type, id);
        return at with { Counts = progress.Submission.Counts.Plus(undo.Counts) };
    }

    private async Task PassAsync(
        BulkProgress progress, int step, int order, int file, Func<IReadOnlyList<(string Type, string Id)>, Submission, Task> commit,
        CancellationToken cancellationToken)
    {
        var resumed = progress.Submission.Rank == step && progress.Submission.File == file;
        var done = resumed ? progress.Submission.Line : 0;
        await using var stream = new FileStream(
            Path.Combine(spool, progress.Submission.Files[file].Path), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        await using var reader = new NdjsonReader(stream);
        var batch = new List<(string Type, string Id)>();
        var last = 0L;
        while (!progress.IsInterrupted && await reader.ReadAsync(cancellationToken))
        {
            if (reader.Line.IsOversized)
                continue;
            var isOfOrder = Read(progress, file, order, reader.Line.Bytes, batch, collect: reader.Line.Number > done);
            if (!isOfOrder || reader.Line.Number <= done)
                continue;
            last = reader.Line.Number;
            if (batch.Count < BatchSize)
                continue;
            await commit(batch, progress.Submission with { Rank = step, File = file, Line = last });
            batch.Clear();
        }

        if (progress.IsInterrupted)
            return;
        progress.Read(file, whole: !resumed || done == 0);
        if (batch.Count > 0)
            await commit(batch, progress.Submission with { Rank = step, File = file, Line = last });
    }

    private bool Read(BulkProgress progress, int file, int order, ReadOnlyMemory<byte> line, List<(string Type, string Id)> batch, bool collect)
    {
        if (progress.IsDeletions(file))
        {
            progress.Saw(file, 0);
            if (order == 0 && collect)
                batch.AddRange(DeletionBundle.Read(line, tape, progress.Settings.Bulk).Deletions);
            return order == 0;
        }

        if (ResourceTypeScan.Find(line.Span) is not { } type)
            return false;
        var of = ResourceCatalog.OrderOf(type);
        progress.Saw(file, of);
        if (of != order)
            return false;
        if (collect && tape.Read(line).IsNone && tape.FindText(0, "id"u8) is { Length: > 0 } id)
            batch.Add((type, id));
        return true;
    }
}
