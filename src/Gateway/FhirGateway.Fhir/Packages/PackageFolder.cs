using System.Buffers;
using System.Security.Cryptography;

namespace FhirGateway.Fhir.Packages;

/// <summary>A folder of our own with packages as they were published: <c>ID#VERSION.tgz</c>. What is in it was read once without a fault.</summary>
public sealed class PackageFolder(string path, PackageLimits? limits = null) : IPackageSource
{
    private const string Suffix = ".tgz";
    private readonly PackageLimits limits = limits ?? PackageLimits.Default;

    public string Path => path;

    /// <summary>All packages, by id and the newest version first.</summary>
    public IReadOnlyList<PackageName> List()
    {
        if (!Directory.Exists(path))
            return [];
        var names = new List<PackageName>();
        foreach (var file in Directory.EnumerateFiles(path, "*" + Suffix))
            if (PackageName.TryParseExact(System.IO.Path.GetFileName(file)[..^Suffix.Length]) is { } name)
                names.Add(name);
        return [.. names.OrderBy(n => n.Id, StringComparer.Ordinal).ThenByDescending(n => n.Version, PackageVersionComparer.Instance)];
    }

    public IReadOnlyList<string> VersionsOf(string id) => [.. List().Where(n => n.Id == id).Select(n => n.Version)];

    public FhirPackage Load(PackageName name) =>
        name.IsExact && File.Exists(FileOf(name))
            ? PackageReader.ReadFile(FileOf(name), limits)
            : throw new PackageException(PackageFaultCode.NotFound, $"{name} is not in {path}");

    /// <summary>Reads a package to its end, checks it, and only then puts it into the folder, whole or not at all.</summary>
    /// <param name="archive">The gzipped archive.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="expected">What it must be; null for whatever it says that it is.</param>
    /// <param name="cancellationToken">Stops it; then nothing was added.</param>
    /// <exception cref="PackageException">It cannot be used or is another one than expected.</exception>
    public async Task<FhirPackage> AddAsync(Stream archive, string file, PackageName? expected = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(path);
        var part = System.IO.Path.Combine(path, $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part");
        try
        {
            await using (var copy = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await CopyAsync(archive, copy, file, cancellationToken).ConfigureAwait(false);
                copy.Flush(flushToDisk: true);
                copy.Position = 0;
                var package = PackageReader.Read(copy, file, limits);
                if (expected is { } name && (package.Id != name.Id || !PackageVersionComparer.Matches(package.Version, name.Version)))
                    throw new PackageException(PackageFaultCode.Registry, $"{file} holds {package}, not {name}");
                File.Move(part, FileOf(new(package.Id, package.Version)), overwrite: true);
                return package;
            }
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task CopyAsync(Stream from, Stream to, string file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            long copied = 0;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if ((copied += read) > limits.MaxArchiveBytes)
                    throw new PackageException(PackageFaultCode.TooLarge, $"{file} has more than {limits.MaxArchiveBytes} bytes");
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string FileOf(PackageName name) => System.IO.Path.Combine(path, name + Suffix);
}
