using System.Buffers.Binary;
using System.Text;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.Files;

/// <summary>The journal as segment files: one writer thread appends and syncs in groups, so that many senders share one sync.</summary>
public sealed class FileJournal : IJournal, IDisposable
{
    private const int FixedHeader = 14;
    private const long SegmentSize = 128L << 20;
    private readonly SegmentedLog log;
    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly Thread writer;
    private List<Pending> waiting = [];
    private List<Pending> syncing = [];
    private TaskCompletionSource grown = NewSignal();
    private bool stopping;

    /// <summary>Opens or creates the journal in <paramref name="folder"/>; throws <see cref="InvalidDataException"/> when acknowledged records are damaged.</summary>
    public FileJournal(string folder)
    {
        log = new SegmentedLog(folder, SegmentSize);
        writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        writer.Start();
    }

    public EntryId End => new(log.DurableEnd);

    public ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Span<byte> header = stackalloc byte[FixedHeader + byte.MaxValue];
        header = header[..WriteHeader(entry, header)];
        var pending = new Pending();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            pending.Id = new EntryId(log.Append(header, entry.Content.Span));
            waiting.Add(pending);
        }

        wake.Set();
        return new ValueTask<EntryId>(pending.Task);
    }

    public IReadOnlyList<JournaledEntry> Read(EntryId from, int most)
    {
        var entries = new List<JournaledEntry>();
        var address = from.Value;
        var end = log.DurableEnd;
        while (entries.Count < most && address < end)
        {
            var payload = log.Read(address);
            var next = SegmentedLog.After(address, payload.Length);
            entries.Add(new JournaledEntry(new EntryId(address), new EntryId(next), ReadEntry(payload)));
            address = next;
        }

        return entries;
    }

    public Task WaitAsync(EntryId from, CancellationToken cancellationToken)
    {
        lock (gate)
            return log.DurableEnd > from.Value ? Task.CompletedTask : grown.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Syncs what was appended and closes the files.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (stopping)
                return;
            stopping = true;
        }

        wake.Set();
        writer.Join();
        wake.Dispose();
        log.Dispose();
    }

    private void Write()
    {
        while (true)
        {
            wake.WaitOne();
            while (TakeGroup())
                SyncGroup();
            lock (gate)
            {
                if (stopping && waiting.Count == 0)
                    return;
            }
        }
    }

    private bool TakeGroup()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
                return false;
            (waiting, syncing) = (syncing, waiting);
            log.BeginSync();
            return true;
        }
    }

    private void SyncGroup()
    {
        try
        {
            log.CompleteSync();
            foreach (var pending in syncing)
                pending.SetResult(pending.Id);
            syncing.Clear();
            TaskCompletionSource signal;
            lock (gate)
                (signal, grown) = (grown, NewSignal());
            signal.SetResult();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    private void Fail(IOException reason)
    {
        List<Pending> failed;
        lock (gate)
        {
            failed = [.. syncing, .. waiting];
            syncing.Clear();
            waiting.Clear();
            log.Discard();
        }

        foreach (var pending in failed)
            pending.SetException(reason);
    }

    private static int WriteHeader(in JournalEntry entry, Span<byte> header)
    {
        header[0] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], entry.Source);
        BinaryPrimitives.WriteInt64LittleEndian(header[5..], entry.ReceivedAt.UtcTicks);
        var note = Encoding.ASCII.GetBytes(entry.Note, header[FixedHeader..]);
        header[FixedHeader - 1] = (byte)note;
        return FixedHeader + note;
    }

    private static JournalEntry ReadEntry(byte[] payload)
    {
        var note = payload[FixedHeader - 1];
        return new JournalEntry(
            (EntryKind)payload[0],
            BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(1)),
            new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(5)), TimeSpan.Zero),
            Encoding.ASCII.GetString(payload, FixedHeader, note),
            payload.AsMemory(FixedHeader + note));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Pending() : TaskCompletionSource<EntryId>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public EntryId Id { get; set; }
    }
}
