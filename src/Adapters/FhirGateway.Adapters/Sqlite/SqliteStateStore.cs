using System.Diagnostics;
using System.Threading.Channels;
using FhirGateway.Adapters.Files;
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
    private readonly Thread writer;
    private int messagesInRow;
    private volatile bool stopping;

    /// <summary>Opens or creates the state in <paramref name="path"/> and brings its schema up to date.</summary>
    public SqliteStateStore(string path, BodyFiles bodies, StreamSignals signals, TimeProvider clock)
    {
        this.bodies = bodies;
        this.signals = signals;
        database = new SqliteDatabase(path, readOnly: false);
        SqliteMigrations.Apply(database);
        transaction = new SqliteTransaction(database, bodies, clock);
        writer = new Thread(Run) { IsBackground = true, Name = "state" };
        writer.Start();
    }

    public async Task<T> WriteAsync<T>(StateLane lane, Func<IStateTransaction, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        var item = new Work<T>(work);
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
        database.Dispose();
        available.Dispose();
    }

    private void Run()
    {
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
        try
        {
            database.Execute("BEGIN IMMEDIATE");
            var started = Stopwatch.GetTimestamp();
            var next = first;
            while (true)
            {
                group.Add(next);
                RunOne(next);
                if (Stopwatch.GetElapsedTime(started) > GroupTime || !available.Wait(0))
                    break;
                if (Take() is not { } more)
                    break;
                next = more;
            }

            bodies.Sync();
            database.Execute("COMMIT");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
        {
            Rollback();
            if (group.Count == 0)
                group.Add(first);
            foreach (var work in group)
                work.Fail(e);
            return;
        }

        foreach (var (key, sequence) in transaction.PublicationRows.TakeTouched())
            signals.Grown(key.Participant, key.Stream, sequence);
        foreach (var work in group)
            work.Complete();
    }

    private void RunOne(Work work)
    {
        database.Execute("SAVEPOINT work");
        try
        {
            work.Run(transaction);
        }
        catch (Exception e) when (e is not (IOException or InvalidDataException))
        {
            database.Execute("ROLLBACK TO work");
            transaction.PublicationRows.Forget();
            transaction.AuditRows.Forget();
            work.SetFault(e);
        }

        database.Execute("RELEASE work");
    }

    private void Rollback()
    {
        bodies.Discard();
        transaction.PublicationRows.Forget();
        transaction.AuditRows.Forget();
        try
        {
            database.Execute("ROLLBACK");
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // SQLite has rolled back by itself: there is no transaction left to end.
        }
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

    private abstract class Work
    {
        public abstract void Run(SqliteTransaction transaction);
        public abstract void SetFault(Exception fault);
        public abstract void Complete();
        public abstract void Fail(Exception fault);
    }

    private sealed class Work<T>(Func<IStateTransaction, T> work) : Work
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
