using System.Buffers;
using System.Text;

namespace FhirGateway.Contracts;

/// <summary>
/// The id under which the gateway publishes a resource: a name-based UUID (RFC 9562 section 5.5, version 5) of
/// <see cref="Namespace"/> and the UTF-8 bytes of source, LF, type, LF, id. It never depends on the person.
/// </summary>
public static class PublishedId
{
    /// <summary>The one constant namespace of every published id.</summary>
    public static readonly Guid Namespace = new("6f1e2ad4-5f0b-5c3e-9a55-8f1d3a0c7e21");

    /// <summary>The published id of the resource that <paramref name="source"/> knows as type/id.</summary>
    public static Guid Create(string source, string type, string id)
    {
        var length = 16 + Encoding.UTF8.GetMaxByteCount(source.Length + type.Length + id.Length + 2);
        byte[]? rented = null;
        Span<byte> name = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        Namespace.TryWriteBytes(name, bigEndian: true, out var n);
        n += Encoding.UTF8.GetBytes(source, name[n..]);
        name[n++] = (byte)'\n';
        n += Encoding.UTF8.GetBytes(type, name[n..]);
        name[n++] = (byte)'\n';
        n += Encoding.UTF8.GetBytes(id, name[n..]);
        Span<byte> hash = stackalloc byte[Sha1Digest.Size];
        Sha1Digest.Compute(name[..n], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
