using System.Security.Cryptography;

namespace FhirGateway.Fhir.Packages;

/// <summary>The hashes that a registry promised for an archive, checked as its bytes come.</summary>
internal sealed class ArchiveHash : IDisposable
{
    private readonly List<(IncrementalHash Hash, byte[] Promised)> hashes = [];

    public ArchiveHash(RegistryVersion version)
    {
        // W3C Subresource Integrity: several hashes may stand there, with options behind a question mark; the strongest kind counts.
        var given = (version.Integrity ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(i => i.Split('?')[0]).ToList();
        Add(HashAlgorithmName.SHA512, given.Find(i => i.StartsWith("sha512-", StringComparison.Ordinal)));
        if (hashes.Count == 0)
            Add(HashAlgorithmName.SHA256, given.Find(i => i.StartsWith("sha256-", StringComparison.Ordinal)));
        if (version.Shasum is { Length: 40 } shasum && shasum.All(char.IsAsciiHexDigit))
            hashes.Add((IncrementalHash.CreateHash(HashAlgorithmName.SHA1), Convert.FromHexString(shasum)));
    }

    /// <summary>Whether there is anything to check.</summary>
    public bool IsPromised => hashes.Count > 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var (hash, _) in hashes)
            hash.AppendData(bytes);
    }

    public bool IsRight() => hashes.TrueForAll(h => h.Hash.GetHashAndReset().AsSpan().SequenceEqual(h.Promised));

    public void Dispose()
    {
        foreach (var (hash, _) in hashes)
            hash.Dispose();
    }

    private void Add(HashAlgorithmName algorithm, string? given)
    {
        if (given is null)
            return;
        var text = given[(given.IndexOf('-', StringComparison.Ordinal) + 1)..];
        var promised = new byte[text.Length];
        // What is no hash is one that nothing has.
        hashes.Add((IncrementalHash.CreateHash(algorithm), Convert.TryFromBase64String(text, promised, out var length) ? promised[..length] : []));
    }
}
