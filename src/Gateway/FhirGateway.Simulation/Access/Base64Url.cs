using System.Text;

namespace FhirGateway.Simulation.Access;

/// <summary>base64url without padding (RFC 7515 section 2).</summary>
internal static class Base64Url
{
    internal static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    internal static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    internal static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
