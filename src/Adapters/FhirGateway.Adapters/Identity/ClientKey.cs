using System.Security.Cryptography;

namespace FhirGateway.Adapters.Identity;

/// <summary>One public key of a client, for one algorithm.</summary>
/// <param name="Id">Its <c>kid</c>: only ever a name to look up in its own client's set.</param>
/// <param name="Algorithm">RS384 or ES384.</param>
/// <param name="Rsa">The key for RS384.</param>
/// <param name="Ec">The key for ES384, on P-384.</param>
internal sealed record ClientKey(string Id, string Algorithm, RSAParameters Rsa, ECParameters Ec)
{
    public const string Rs384 = "RS384";
    public const string Es384 = "ES384";

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Algorithm == Rs384)
        {
            using var rsa = RSA.Create(Rsa);
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
        }

        using var ec = ECDsa.Create(Ec);
        return ec.VerifyData(data, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override string ToString() => $"ClientKey({Algorithm})";
}
