using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Audit;

/// <summary>The key that signs checkpoints: a file readable by its owner only, outside the database.</summary>
public sealed class CheckpointKey : IDisposable
{
    private readonly ECDsa key;

    private CheckpointKey(ECDsa key)
    {
        this.key = key;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    public string Fingerprint { get; }

    /// <summary>Reads the key, or makes it where there is none.</summary>
    public static CheckpointKey Open(string path)
    {
        if (File.Exists(path))
        {
            var known = ECDsa.Create();
            try
            {
                known.ImportFromPem(File.ReadAllText(path));
                return new CheckpointKey(known);
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                // Said below without the message: it could quote the file.
            }

            known.Dispose();
            throw new InvalidDataException($"{path} holds no private key: restore it from the backup; without it the checkpoints signed so far cannot be verified");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var draft = path + ".new";
        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem()));
            file.Flush(flushToDisk: true);
        }

        // Whole or not at all: a crash must not leave a key file that nothing can be verified with.
        File.Move(draft, path);
        return new CheckpointKey(made);
    }

    public Checkpoint Sign(long size, byte[] root, string time)
    {
        var encoded = Convert.ToBase64String(root);
        return new Checkpoint(size, encoded, time, Fingerprint,
            Convert.ToBase64String(key.SignData(Signed(size, encoded, time), HashAlgorithmName.SHA256)));
    }

    public bool Verify(Checkpoint checkpoint)
    {
        try
        {
            return checkpoint.Key == Fingerprint && key.VerifyData(
                Signed(checkpoint.Size, checkpoint.Root, checkpoint.Time), Convert.FromBase64String(checkpoint.Signature), HashAlgorithmName.SHA256);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public void Dispose() => key.Dispose();

    private static byte[] Signed(long size, string root, string time) =>
        Encoding.UTF8.GetBytes($"fhir-gateway-audit\n{size}\n{root}\n{time}\n");
}
