using System.Runtime.InteropServices;

namespace FhirGateway.Adapters.Threads;

/// <summary>How much of a busy processor a thread is given.</summary>
public static partial class ThreadNice
{
    private const int Process = 0;
    private const int Nicer = 15;
    private const uint Batch = 3;

    /// <summary>Nanoseconds. A thread that wakes takes the processor at once from one of longer slices; the system's own are about 1 ms.</summary>
    private const ulong Slice = 20_000_000;
    private const int PoolThreadsPerProcessor = 8;

    /// <summary>
    /// Lets the calling thread stand back where others want the processor: who acknowledges goes before who works off, and need not wait for
    /// the end of a slice (sched(7), SCHED_BATCH; slices from Linux 6.12 on, before it and where it is not allowed it is nice(2) alone). The
    /// runtime's own thread priorities do nothing on Linux; there these calls are of the thread. Elsewhere it does nothing.
    /// </summary>
    public static void StandBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _ = SetPriority(Process, 0, Nicer);
        var call = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 314, Architecture.Arm64 => 274, _ => 0 };
        var how = new SchedulingAttributes { Size = (uint)Marshal.SizeOf<SchedulingAttributes>(), Policy = Batch, Nice = Nicer, Runtime = Slice };
        if (call != 0)
            _ = SetAttributes(call, 0, in how, 0);
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

    /// <summary>sched_setattr(2), by its number: not every C library has a name for it.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SetAttributes(nint call, nint thread, in SchedulingAttributes attributes, nuint flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
