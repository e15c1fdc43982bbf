using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.Smart;

/// <summary>The private keys with which we authenticate to one source, and the set of public ones that it registers.</summary>
public sealed class ClientSigningKeys : IDisposable
{
    private const int MostBytes = 256 * 1024;
    private const int RsaBits = 3072;

    private ClientSigningKeys(IReadOnlyList<ClientSigningKey> keys) => Keys = keys;

    public IReadOnlyList<ClientSigningKey> Keys { get; }

    /// <summary>Where the keys of a source lie that has no key file of its own.</summary>
    public static string PathOf(string dataDirectory, string source) => Path.Combine(dataDirectory, "keys", "sources", source + ".pem");

    /// <summary>Reads PEM (one key or several) or a private JWK or JWKS; throws <see cref="SmartException"/> that says what is wrong with the file.</summary>
    public static ClientSigningKeys Read(string path)
    {
        byte[] content;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (file.Length > MostBytes)
                throw Unusable(path, $"it is longer than {MostBytes} bytes");
            content = new byte[file.Length];
            file.ReadExactly(content);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not SmartException))
        {
            throw Unusable(path, "it cannot be read", e);
        }

        var (keys, fault) = SigningKeyReader.Read(content);
        CryptographicOperations.ZeroMemory(content);
        return fault is null ? new ClientSigningKeys(keys) : throw Unusable(path, fault);
    }

    /// <summary>Makes an EC P-384 key, and an RSA one of 3072 bits if asked, in a new owner-only file; an existing file is an <see cref="IOException"/>.</summary>
    public static ClientSigningKeys Create(string path, bool withRsa)
    {
        List<ClientSigningKey> keys = [ClientSigningKey.Of(ECDsa.Create(ECCurve.NamedCurves.nistP384), id: null).Key!];
        if (withRsa)
            keys.Add(ClientSigningKey.Of(RSA.Create(RsaBits), id: null).Key!);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        OwnerOnlyFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(keys.Select(k => k.ToPem() + "\n"))));
        DiskSync.Directory(folder);
        return new ClientSigningKeys(keys);
    }

    /// <summary>
    /// The key for what a token endpoint verifies: its own list decides, in our order RS384, ES384, since every server must take
    /// one of them and old ones took RS384 only; null where none fits.
    /// </summary>
    public ClientSigningKey? Choose(IReadOnlyCollection<string> algorithms)
    {
        var fitting = Keys.Where(k => algorithms.Count == 0 || algorithms.Contains(k.Algorithm, StringComparer.Ordinal)).ToList();
        return fitting.Find(k => k.Algorithm == ClientKey.Rs384) ?? fitting.FirstOrDefault();
    }

    /// <summary>The JWKS (RFC 7517) to register, public members only.</summary>
    public string PublicJwks()
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            w.WriteStartObject();
            w.WriteStartArray("keys");
            foreach (var key in Keys)
                key.WritePublic(w);
            w.WriteEndArray();
            w.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    public void Dispose()
    {
        foreach (var key in Keys)
            key.Dispose();
    }

    private static SmartException Unusable(string path, string reason, Exception? inner = null) =>
        new(SmartFaultCode.NotConfigured, $"key file {path}: {reason}", inner);
}
