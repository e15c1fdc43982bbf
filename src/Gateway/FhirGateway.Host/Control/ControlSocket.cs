namespace FhirGateway.Host.Control;

/// <summary>Where the control socket of a data directory is.</summary>
internal static class ControlSocket
{
    private const int MostPathBytes = 107;

    /// <summary>sun_path of unix(7) holds 107 bytes: a longer path is reached through the shorter one from the working directory.</summary>
    public static string PathOf(string directory)
    {
        var full = Path.Combine(Path.GetFullPath(directory), "control.sock");
        if (System.Text.Encoding.UTF8.GetByteCount(full) <= MostPathBytes)
            return full;
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return System.Text.Encoding.UTF8.GetByteCount(relative) <= MostPathBytes
            ? relative
            : throw new IOException($"The data directory's path is too long for a unix socket ({MostPathBytes} bytes): {full}");
    }
}
