using System.Runtime.InteropServices;

namespace FhirGateway.Adapters.Threads;

/// <summary>How much of a busy processor a thread is given.</summary>
public static partial class ThreadNice
{
    private const int Process = 0;
    private const int Nicer = 15;
    private const int PoolThreadsPerProcessor = 8;

    /// <summary>
    /// Lets the calling thread stand back where others want the processor: who acknowledges goes before who works off. (The runtime's own
    /// thread priorities do nothing on Linux; there this call is of the thread, although it names the process.) Elsewhere it does nothing.
    /// </summary>
    public static void StandBack()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(Process, 0, Nicer);
    }

    /// <summary>
    /// Starts threads of the pool before any thread stands back: a thread inherits that from the one that started it, which in the pool is
    /// whoever queues more than its threads can take. (The runtime keeps them: ThreadsToKeepAlive.)
    /// </summary>
    public static void StartPool()
    {
        var count = PoolThreadsPerProcessor * Environment.ProcessorCount;
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, count), ports);
        using var started = new Barrier(count);
        Task.WaitAll([.. Enumerable.Range(0, count).Select(_ => Task.Run(started.SignalAndWait))]);
        ThreadPool.SetMinThreads(workers, ports);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
