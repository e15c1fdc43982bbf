using System.Globalization;

namespace FhirGateway.Host.Control;

/// <summary>
/// The exclusive ownership of a data directory: one process writes. Held by a lock of the operating system on DIR/lock, so it
/// ends with the process however that ends. DIR/owner names the process: the runtime lets nobody read a locked file.
/// </summary>
public sealed class OwnerLock : IDisposable
{
    private const string FileName = "lock";
    private const string OwnerFileName = "owner";
    private readonly FileStream held;

    private OwnerLock(FileStream held) => this.held = held;

    /// <summary>Takes the lock, making the directory (mode 0700) where it is missing.</summary>
    /// <returns>The lock, or null where another process holds it: see <see cref="HolderOf"/>.</returns>
    /// <exception cref="IOException">The directory cannot be made or written; the message says which and what to do.</exception>
    public static OwnerLock? TryTake(string directory)
    {
        try
        {
            MakeDirectory(directory);
            var file = Open(directory);
            if (file is null)
                return null;
            try
            {
                File.WriteAllText(Path.Combine(directory, OwnerFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
                return new OwnerLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The data directory {directory} cannot be written by this user: give it to the gateway's user (chown, chmod u+rwx) or choose another with --data", e);
        }
        catch (IOException e)
        {
            throw new IOException($"The data directory {directory} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The process id that the holder wrote, or null where it wrote none (yet).</summary>
    public static int? HolderOf(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, OwnerFileName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => held.Dispose();

    private static void MakeDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream? Open(string directory)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(Path.Combine(directory, FileName), options);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            return null;
        }
    }

    // EWOULDBLOCK of flock(2) on Linux and macOS; ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByAnother(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;
}
