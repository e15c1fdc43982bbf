namespace FhirGateway.Adapters.Files;

/// <summary>What the fault of our own disk means.</summary>
internal static class DiskFault
{
    /// <summary>ENOSPC and EDQUOT of Linux, ENOSPC and EDQUOT of macOS, ERROR_DISK_FULL of Windows: what a write to a full disk gives.</summary>
    public static bool IsFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 122 or 69 or 112;

    /// <summary>Removes a folder with what is in it; false where that is not ours to remove, or the disk refuses. One that is gone is removed.</summary>
    public static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(folder);
        }
    }
}
