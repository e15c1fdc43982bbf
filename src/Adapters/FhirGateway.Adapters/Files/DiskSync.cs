using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FhirGateway.Adapters.Files;

/// <summary>Makes written bytes durable. On Linux fdatasync(2), elsewhere what the runtime offers.</summary>
internal static partial class DiskSync
{
    /// <summary>Returns once the bytes of <paramref name="file"/> are on disk; throws <see cref="IOException"/> otherwise.</summary>
    public static void Data(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            if (FDataSync((int)file.DangerousGetHandle()) != 0)
                throw new IOException($"fdatasync failed with errno {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    /// <summary>Makes the names in a folder durable: a synced file whose name is lost is a lost file.</summary>
    public static void Directory(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var fd = Open(path, flags: 0);
        if (fd < 0)
            throw new IOException($"open of a folder failed with errno {Marshal.GetLastPInvokeError()}");
        var failed = FSync(fd) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(fd);
        if (failed)
            throw new IOException($"fsync of a folder failed with errno {error}");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(int fd);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int fd);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
