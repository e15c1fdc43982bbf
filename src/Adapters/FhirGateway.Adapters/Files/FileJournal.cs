using System.Buffers.Binary;
using System.Text;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.Files;

/// <summary>
/// The journal as segment files. Whoever appends while nobody syncs does so at once, on its own thread; what is appended meanwhile is
/// synced in groups by the journal's thread, so that many senders share one sync. While several send it waits a moment for as many as last time.
/// </summary>
public sealed class FileJournal : IJournal, IDisposable
{
    private const int FixedHeader = 14;
    private const long SegmentSize = 128L << 20;
    private const int Ahead = 1 << 20;

    /// <summary>Bytes of the disk that are left to those who work off what was accepted.</summary>
    private const long Reserve = 8L << 20;

    /// <summary>A sync costs processor time, too: senders that come apart by less than this share one.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private readonly SegmentedLog log;
    private readonly DriveInfo disk;
    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly AutoResetEvent gathered = new(initialState: false);
    private readonly Thread writer;
    private List<Pending> waiting = [];
    private List<Pending> syncing = [];
    private TaskCompletionSource grown = NewSignal();
    private int expected = int.MaxValue;
    private bool isSyncing;
    private bool stopping;

    /// <summary>Opens or creates the journal in <paramref name="folder"/>; throws <see cref="InvalidDataException"/> when acknowledged records are damaged.</summary>
    public FileJournal(string folder)
    {
        log = new SegmentedLog(folder, SegmentSize, Ahead);
        disk = new DriveInfo(Path.GetFullPath(folder));
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
        bool isAlone;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            pending.Id = new EntryId(log.Append(header, entry.Content.Span));
            waiting.Add(pending);
            if (waiting.Count == expected)
                gathered.Set();
            isAlone = !isSyncing;
            if (isAlone)
            {
                isSyncing = true;
                TakeGroup();
            }
        }

        if (isAlone)
        {
            SyncGroup();
            PassOn();
        }

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
            if (!isSyncing)
                wake.Set();
            isSyncing = true;
        }

        writer.Join();
        wake.Dispose();
        gathered.Dispose();
        log.Dispose();
    }

    /// <summary>Each time it is woken, syncing is its own until nothing waits any more.</summary>
    private void Write()
    {
        do
            wake.WaitOne();
        while (SyncWaiting());
    }

    /// <summary>False once the journal is closed.</summary>
    private bool SyncWaiting()
    {
        var last = 0;
        while (true)
        {
            if (last > 1)
                Gather(last);
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    isSyncing = stopping;
                    return !stopping;
                }

                TakeGroup();
                last = syncing.Count;
            }

            SyncGroup();
        }
    }

    /// <summary>Waits for as many as last time, but no longer than a moment.</summary>
    private void Gather(int last)
    {
        lock (gate)
        {
            if (waiting.Count >= last || stopping)
                return;
            expected = last;
            gathered.Reset();
        }

        gathered.WaitOne(Moment);
        lock (gate)
            expected = int.MaxValue;
    }

    /// <summary>What was appended during the sync of an appender is for the journal's thread.</summary>
    private void PassOn()
    {
        lock (gate)
        {
            isSyncing = stopping || waiting.Count > 0;
            if (!isSyncing)
                return;
        }

        wake.Set();
    }

    private void TakeGroup()
    {
        (waiting, syncing) = (syncing, waiting);
        log.BeginSync();
    }

    private void SyncGroup()
    {
        try
        {
            // The zeros ahead would still take messages when nothing that comes of them could be written.
            if (disk.AvailableFreeSpace is < Reserve and var left)
                throw new IOException($"{left} bytes are left on the disk of the journal; {Reserve} are kept free for what was accepted");
            log.CompleteSync();
            foreach (var pending in syncing)
                pending.SetResult(pending.Id);
            syncing.Clear();
            TaskCompletionSource signal;
            lock (gate)
                (signal, grown) = (grown, NewSignal());
            signal.SetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e as IOException ?? new IOException(e.Message, e));
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
