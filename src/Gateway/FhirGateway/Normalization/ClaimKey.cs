using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FhirGateway.Normalization;

/// <summary>One name of a claim or of a version of it. It means something within one patient of one source only.</summary>
/// <param name="Hash">64 bits of SHA-256 over the name space and the value.</param>
/// <param name="Role">What it names.</param>
public readonly record struct ClaimKey(long Hash, ClaimKeyRole Role)
{
    private const int MostOnStack = 256;

    /// <summary>Whether it names the version itself, or the claim that it is a version of.</summary>
    public bool IsOwn => Role is ClaimKeyRole.Claim or ClaimKeyRole.Version;

    /// <summary>Hashes a value in a name space, with a day where the value alone is used again.</summary>
    public static ClaimKey Of(char space, ReadOnlySpan<byte> value, ReadOnlySpan<byte> day, ClaimKeyRole role)
    {
        var length = value.Length + day.Length + 2;
        var name = length <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[length];
        name[0] = (byte)space;
        value.CopyTo(name[1..]);
        name[1 + value.Length] = (byte)'\n';
        day.CopyTo(name[(2 + value.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name[..length], hash);
        return new ClaimKey(BinaryPrimitives.ReadInt64BigEndian(hash), role);
    }
}
