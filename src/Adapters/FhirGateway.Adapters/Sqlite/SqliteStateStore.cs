using System.Diagnostics;
using System.Threading.Channels;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Threads;
using FhirGateway.Processing;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>
/// The state in one SQLite file with one writer thread. Work that waits together commits together (each under its own
/// savepoint), so that many small changes share one sync. Bodies are synced before the commit that refers to them.
/// </summary>
public sealed class SqliteStateStore : IStateStore, IDisposable
{
    private const int QueueLength = 1024;

    /// <summary>A group is closed after this long, so that a transaction stays short.</summary>
    private static readonly TimeSpan GroupTime = TimeSpan.FromMilliseconds(6);

    /// <summary>After so many items of the message lane a waiting bulk item has its turn.</summary>
    private const int MessagesPerBulk = 4;

    private readonly Channel<Work> messages = NewQueue();
    private readonly Channel<Work> bulk = NewQueue();
    private readonly SemaphoreSlim available = new(0);
    private readonly SqliteDatabase database;
    private readonly SqliteTransaction transaction;
    private readonly BodyFiles bodies;
    private readonly StreamSignals signals;
    private readonly TimeProvider clock;
    private readonly Thread writer;
    private int messagesInRow;
    private long bodiesEnd;
    private volatile bool stopping;
    private volatile Tuple<long, string>? fault;

    /// <summary>Opens or creates the state in <paramref name="path"/> and brings its schema up to date.</summary>
    public SqliteStateStore(string path, BodyFiles bodies, StreamSignals signals, TimeProvider clock)
    {
        this.clock = clock;
        this.bodies = bodies;
        this.signals = signals;
        database = new SqliteDatabase(path, readOnly: false);
        SqliteMigrations.Apply(database);
        CheckBodies();
        transaction = new SqliteTransaction(database, bodies, clock);
        writer = new Thread(Run) { IsBackground = true, Name = "state" };
        writer.Start();
    }

    /// <summary>Why a transaction could not be written within the last <paramref name="time"/>; null where none failed for the disk's sake.</summary>
    public string? FaultWithin(TimeSpan time) => fault is { } last && clock.GetElapsedTime(last.Item1) < time ? last.Item2 : null;

    public async Task<T> WriteAsync<T>(StateLane lane, Func<IStateTransaction, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        var item = new Work<T>(lane, work);
        await (lane == StateLane.Messages ? messages : bulk).Writer.WriteAsync(item, cancellationToken);
        available.Release();
        return await item.Task;
    }

    /// <summary>Finishes what is queued and closes the file.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        messages.Writer.Complete();
        bulk.Writer.Complete();
        available.Release();
        writer.Join();
        try
        {
            // What was committed lies in one file after a clean stop.
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (IOException)
        {
            // A full disk: the next start finds it in the write-ahead log.
        }

        database.Dispose();
        available.Dispose();
    }

    private void Run()
    {
        ThreadNice.StandBack();
        var group = new List<Work>();
        while (true)
        {
            available.Wait();
            if (Take() is not { } first)
            {
                if (stopping)
                    return;
                continue;
            }

            RunGroup(first, group);
            group.Clear();
        }
    }

    private void RunGroup(Work first, List<Work> group)
    {
        List<((int Participant, string Stream) Key, long Sequence)> grown;
        try
        {
            group.Add(first);
            database.Sql("BEGIN IMMEDIATE").Run();
            var started = Stopwatch.GetTimestamp();
            RunFirst(first);
            while (first.Lane == StateLane.Messages && Stopwatch.GetElapsedTime(started) < GroupTime && TakeMessage() is { } next)
            {
                group.Add(next);
                RunFurther(next);
            }

            grown = transaction.PublicationRows.TakeTouched();
            SyncBodies();
            database.Sql("COMMIT").Run();
        }
        catch (Exception e)
        {
            if (e is IOException)
                fault = Tuple.Create(clock.GetTimestamp(), e.Message);
            Rollback();
            foreach (var work in group)
                work.Fail(e);
            return;
        }

        foreach (var (key, sequence) in grown)
            signals.Grown(key.Participant, key.Stream, sequence);
        foreach (var work in group)
            work.Complete();
    }

    /// <summary>Syncs bodies and notes how far they reach, so that a body file that lost its end is found at the next start.</summary>
    private void SyncBodies()
    {
        bodies.Sync();
        if (bodies.DurableEnd == bodiesEnd)
            return;
        bodiesEnd = bodies.DurableEnd;
        database.Sql("INSERT INTO meta (key, value) VALUES ('bodies', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").Bind(bodiesEnd).Run();
    }

    private void CheckBodies()
    {
        bodiesEnd = database.Sql("SELECT value FROM meta WHERE key = 'bodies'").Scalar();
        if (bodies.DurableEnd < bodiesEnd)
            throw new InvalidDataException($"the bodies end at {bodies.DurableEnd}, the state refers to them up to {bodiesEnd}: restore both from one backup");
    }

    /// <summary>The first of a group has the transaction to itself so far: if it fails, all of it is rolled back.</summary>
    private void RunFirst(Work work) => work.Run(transaction);

    /// <summary>
    /// Further work has a savepoint, so that its failure is its own. (SQLite copies every page that changes under a savepoint:
    /// large work should not run this way, and work of the bulk lane never does.)
    /// </summary>
    private void RunFurther(Work work)
    {
        database.Sql("SAVEPOINT work").Run();
        try
        {
            work.Run(transaction);
        }
        catch (Exception e) when (e is not (IOException or InvalidDataException))
        {
            database.Sql("ROLLBACK TO work").Run();
            transaction.Forget();
            work.SetFault(e);
        }

        database.Sql("RELEASE work").Run();
    }

    private void Rollback()
    {
        bodies.Discard();
        bodiesEnd = -1;
        transaction.PublicationRows.ForgetAll();
        transaction.Forget();
        try
        {
            database.Execute("ROLLBACK");
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // SQLite has rolled back by itself: there is no transaction left to end.
        }
    }

    /// <summary>A message that is queued now, while it is the messages' turn.</summary>
    private Work? TakeMessage()
    {
        if (messagesInRow >= MessagesPerBulk && bulk.Reader.Count > 0)
            return null;
        if (!available.Wait(0))
            return null;
        if (messages.Reader.TryRead(out var message))
        {
            messagesInRow++;
            return message;
        }

        available.Release();
        return null;
    }

    private Work? Take()
    {
        if (messagesInRow < MessagesPerBulk && messages.Reader.TryRead(out var message))
        {
            messagesInRow++;
            return message;
        }

        messagesInRow = 0;
        if (bulk.Reader.TryRead(out var item))
            return item;
        return messages.Reader.TryRead(out message) ? message : null;
    }

    private static Channel<Work> NewQueue() =>
        Channel.CreateBounded<Work>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private abstract class Work(StateLane lane)
    {
        public StateLane Lane => lane;
        public abstract void Run(SqliteTransaction transaction);
        public abstract void SetFault(Exception fault);
        public abstract void Complete();
        public abstract void Fail(Exception fault);
    }

    private sealed class Work<T>(StateLane lane, Func<IStateTransaction, T> work) : Work(lane)
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private Exception? fault;

        public Task<T> Task => completion.Task;

        public override void Run(SqliteTransaction transaction) => result = work(transaction);

        public override void SetFault(Exception fault) => this.fault = fault;

        public override void Complete()
        {
            if (fault is null)
                completion.SetResult(result!);
            else
                completion.SetException(fault);
        }

        public override void Fail(Exception fault) => completion.SetException(this.fault ?? fault);
    }
}
