using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Mllp;

/// <summary>
/// What a few small files hold, read again when their content changes: a certificate is renewed without a restart. Content decides
/// and not the time of change, because mounted secrets change behind links. What cannot be read leaves the last good value in force.
/// </summary>
public sealed partial class WatchedFiles<T>
    where T : class
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private const int MostBytes = 1024 * 1024;
    private readonly string[] paths;
    private readonly Func<byte[][], T> read;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private T value;
    private string seen;
    private long lookedAt;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="paths">Full paths, in the order in which <paramref name="read"/> wants the contents.</param>
    /// <param name="read">Makes a value of the contents; throws <see cref="InvalidDataException"/> or <see cref="CryptographicException"/> if they are none.</param>
    /// <param name="clock">When to look again.</param>
    /// <param name="log">Told of renewals, and of files that cannot be used.</param>
    /// <exception cref="InvalidDataException">They hold nothing usable; the message names the file, never its content.</exception>
    public WatchedFiles(IReadOnlyList<string> paths, Func<byte[][], T> read, TimeProvider clock, ILogger log)
    {
        (this.paths, this.read, this.clock, this.log) = ([.. paths], read, clock, log);
        lookedAt = clock.GetTimestamp();
        try
        {
            var contents = Load();
            seen = DigestOf(contents);
            value = read(contents);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{string.Join(", ", paths)}: {e.Message}", e);
        }
    }

    /// <summary>What the files hold now, as far as could be seen a second ago.</summary>
    public T Value
    {
        get
        {
            if (clock.GetElapsedTime(Interlocked.Read(ref lookedAt)) >= LookEvery)
                Look();
            return Volatile.Read(ref value);
        }
    }

    private void Look()
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(lookedAt) < LookEvery)
                return;
            Interlocked.Exchange(ref lookedAt, clock.GetTimestamp());
            try
            {
                var contents = Load();
                var digest = DigestOf(contents);
                if (digest == seen)
                    return;
                // Also where it cannot be used: it is said once, not every second.
                seen = digest;
                Volatile.Write(ref value, read(contents));
                Log.Renewed(log, paths[0]);
            }
            catch (Exception e) when (e is InvalidDataException or CryptographicException or IOException or UnauthorizedAccessException)
            {
                Log.NotUsable(log, paths[0], e.Message);
            }
        }
    }

    private byte[][] Load() => [.. paths.Select(path =>
    {
        if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            throw new InvalidDataException($"{path} is larger than {MostBytes} bytes");
        return File.ReadAllBytes(path);
    })];

    private static string DigestOf(byte[][] contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents)
            hash.AppendData(SHA256.HashData(content));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning, "{File} has changed and is in force")]
        public static partial void Renewed(ILogger logger, string file);

        [LoggerMessage(22, LogLevel.Error, "{File} has changed and cannot be used ({Fault}): the one before stays in force")]
        public static partial void NotUsable(ILogger logger, string file, string fault);
    }
}
