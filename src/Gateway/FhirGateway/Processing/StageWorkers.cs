using System.Collections.Concurrent;

namespace FhirGateway.Processing;

/// <summary>Threads of their own for what costs time: those of the pool answer senders, who must not wait for it.</summary>
public sealed class StageWorkers : IDisposable
{
    /// <summary>Fewer pieces are not worth a second thread.</summary>
    private const int Few = 8;

    private readonly ConcurrentQueue<Job> jobs = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly Thread[] threads;
    private volatile bool stopping;

    /// <param name="count">How many.</param>
    /// <param name="begin">What each does first; null for nothing.</param>
    public StageWorkers(int count, Action? begin = null)
    {
        threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() => Run(begin)) { IsBackground = true, Name = $"stage-{i}" })];
        foreach (var thread in threads)
            thread.Start();
    }

    /// <summary>Does pieces of work, several at a time; ends when all are done, with a fault if one of them failed.</summary>
    public Task RunAsync(int count, Action<int> work)
    {
        if (count == 0)
            return Task.CompletedTask;
        var job = new Job(count, work);
        var hands = count < Few ? 1 : threads.Length;
        for (var i = 0; i < hands; i++)
            jobs.Enqueue(job);
        available.Release(hands);
        return job.Done;
    }

    /// <summary>Finishes what was begun.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        available.Release(threads.Length);
        foreach (var thread in threads)
            thread.Join();
        available.Dispose();
    }

    private void Run(Action? begin)
    {
        begin?.Invoke();
        while (true)
        {
            available.Wait();
            if (jobs.TryDequeue(out var job))
                job.Help();
            else if (stopping)
                return;
        }
    }

    private sealed class Job
    {
        private readonly int count;
        private readonly Action<int> work;
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? fault;
        private int taken;
        private int left;

        public Job(int count, Action<int> work)
        {
            this.count = count;
            this.work = work;
            left = count;
        }

        public Task Done => done.Task;

        public void Help()
        {
            for (var i = Interlocked.Increment(ref taken) - 1; i < count; i = Interlocked.Increment(ref taken) - 1)
            {
                try
                {
                    work(i);
                }
                catch (Exception e)
                {
                    fault = e;
                }

                if (Interlocked.Decrement(ref left) == 0)
                    Finish();
            }
        }

        private void Finish()
        {
            if (fault is null)
                done.SetResult();
            else
                done.SetException(fault);
        }
    }
}
