using System.Security.Cryptography;
using FhirGateway.Adapters.Files;

namespace FhirGateway.Adapters.Identity;

/// <summary>The key that signs the gateway's access tokens (EC P-256), kept in the data directory, readable by its owner only.</summary>
public sealed class TokenKey : IDisposable
{
    private const string FileName = "access-tokens.pem";

    private TokenKey(ECDsa key)
    {
        Key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
    }

    /// <summary>Name of the key: the beginning of the SHA-256 of its public part.</summary>
    public string Id { get; }

    internal ECDsa Key { get; }

    /// <summary>Reads the key from <paramref name="folder"/>; makes folder and key at the first start.</summary>
    /// <exception cref="InvalidDataException">The file holds no P-256 private key.</exception>
    public static TokenKey Open(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            Create(folder, path);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize == 256)
                return new TokenKey(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Said below without the message: it could quote the file.
        }

        key.Dispose();
        throw new InvalidDataException($"{path} holds no P-256 private key: restore it, or delete it to have a new one made (tokens in use then end)");
    }

    private static void Create(string folder, string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Written aside and renamed: a crash leaves no half key under the real name.
        var draft = path + ".new";
        File.Delete(draft);
        OwnerOnlyFile.Write(draft, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        File.Move(draft, path);
        DiskSync.Directory(folder);
    }

    public void Dispose() => Key.Dispose();

    public override string ToString() => $"TokenKey({Id})";
}
