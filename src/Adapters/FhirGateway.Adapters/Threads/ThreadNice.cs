using System.Runtime.InteropServices;

namespace FhirGateway.Adapters.Threads;

/// <summary>How much of a busy processor a thread is given.</summary>
public static partial class ThreadNice
{
    private const int Process = 0;
    private const int Nicer = 5;

    /// <summary>
    /// Lets the calling thread stand back where others want the processor: who acknowledges goes before who works off. (The runtime's own
    /// thread priorities do nothing on Linux; there this call is of the thread, although it names the process.) Elsewhere it does nothing.
    /// </summary>
    public static void StandBack()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(Process, 0, Nicer);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
