using System.Security.Cryptography;
using System.Text;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Encrypts what senders trust us with (header values, signed URLs) before it is stored: AES-256-GCM under a key that lies beside
/// the data, for its owner only, and not in the database's file.
/// </summary>
public sealed class SecretBox : IDisposable
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly AesGcm cipher;

    // The cipher keeps state between its calls into the system's library: one call at a time.
    private readonly Lock gate = new();
    private readonly byte[] digestKey;

    private SecretBox(byte[] key)
    {
        cipher = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, key, KeyBytes, "seal"u8.ToArray()), TagBytes);
        digestKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyBytes, "digest"u8.ToArray());
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Reads the key, or makes it where there is none; <see cref="InvalidDataException"/> where the file is not a key.</summary>
    public static SecretBox Open(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            OwnerOnlyFile.Write(path, RandomNumberGenerator.GetBytes(KeyBytes));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes ? new SecretBox(key) : throw new InvalidDataException($"{path}: not a key of {KeyBytes} bytes");
    }

    /// <summary>Encrypts; what comes out opens under the same name only.</summary>
    public string Seal(string name, ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[NonceBytes + secret.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        lock (gate)
        {
            cipher.Encrypt(
                sealedBytes.AsSpan(0, NonceBytes), secret, sealedBytes.AsSpan(NonceBytes, secret.Length), sealedBytes.AsSpan(NonceBytes + secret.Length),
                Encoding.UTF8.GetBytes(name));
        }

        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Decrypts; <see cref="InvalidDataException"/> where it was sealed by another key, under another name, or changed.</summary>
    public byte[] Unseal(string name, string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            if (bytes.Length < NonceBytes + TagBytes)
                throw new InvalidDataException("A secret in the store is cut short");
            var secret = new byte[bytes.Length - NonceBytes - TagBytes];
            lock (gate)
            {
                cipher.Decrypt(
                    bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, secret.Length), bytes.AsSpan(NonceBytes + secret.Length), secret, Encoding.UTF8.GetBytes(name));
            }

            return secret;
        }
        catch (Exception e) when (e is FormatException or AuthenticationTagMismatchException)
        {
            throw new InvalidDataException("A secret in the store cannot be opened with the key of this data directory", e);
        }
    }

    /// <summary>A keyed digest: says that two calls are the same, and nothing of what they hold.</summary>
    public string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(HMACSHA256.HashData(digestKey, content));

    public void Dispose()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(digestKey);
    }
}
