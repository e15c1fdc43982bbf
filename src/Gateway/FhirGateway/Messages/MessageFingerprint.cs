using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Messages;

/// <summary>What a message is told by from all others of all sources.</summary>
public static class MessageFingerprint
{
    /// <summary>Source, MSH-10 and bytes together: control ids wrap and reset, so they alone prove no repeat.</summary>
    public static Guid Of(string source, string? controlId, ReadOnlySpan<byte> message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(source + "\n" + controlId + "\n"));
        hash.AppendData(message);
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return new Guid(result[..16]);
    }

    /// <summary>The event of one patient of a message about several; the first has the message's own.</summary>
    public static Guid OfGroup(Guid message, int group)
    {
        if (group == 0)
            return message;
        Span<byte> bytes = stackalloc byte[16];
        message.TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[12..], BitConverter.ToInt32(bytes[12..]) ^ group);
        return new Guid(bytes);
    }
}
