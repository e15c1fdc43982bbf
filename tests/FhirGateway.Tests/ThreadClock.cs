using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FhirGateway.Tests;

/// <summary>The processor time of the calling thread: what else runs on the machine does not count.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Milliseconds since some moment; the wall's where the platform has no clock of the thread's.</summary>
    public static unsafe double Milliseconds()
    {
        var time = stackalloc long[2];
        return OperatingSystem.IsLinux() && ReadClock(ThreadCpuTime, time) == 0
            ? time[0] * 1e3 + time[1] / 1e6
            : Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;
    }

    /// <summary>Seconds and nanoseconds of a clock.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ReadClock(int clock, long* time);
}
