using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Normalization;

/// <summary>
/// Marks lines: two lines have the same mark only if they are byte for byte the same and were read under the same settings by the
/// same program; so the second needs no reading. The first 16 bytes of a SHA-256. Not safe for parallel use.
/// </summary>
public sealed class LineMark : IDisposable
{
    private static readonly string Program =
        $"{typeof(LineMark).Module.ModuleVersionId}{typeof(Fhir.Json.JsonTape).Module.ModuleVersionId}";
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>What is the same for all lines of a source: its settings and this program.</summary>
    public static byte[] Ground(string settings) => SHA256.HashData(Encoding.UTF8.GetBytes(Program + settings));

    /// <summary>The same, for one generation of what references resolve to.</summary>
    public static byte[] Ground(byte[] settings, long generation) => SHA256.HashData([.. settings, .. BitConverter.GetBytes(generation)]);

    public Guid Of(ReadOnlySpan<byte> line, ReadOnlySpan<byte> ground)
    {
        Span<byte> result = stackalloc byte[32];
        hash.AppendData(ground);
        hash.AppendData(line);
        hash.GetHashAndReset(result);
        return new Guid(result[..16], bigEndian: true);
    }

    public void Dispose() => hash.Dispose();
}
