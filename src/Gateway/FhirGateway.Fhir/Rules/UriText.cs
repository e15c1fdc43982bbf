using System.Buffers;
using System.Buffers.Text;
using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>The forms of URIs that FHIR tells apart (references.html#literal, datatypes.html#uri).</summary>
internal static class UriText
{
    private static readonly SearchValues<byte> BaseBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-\\.:%$/"u8);
    private static readonly SearchValues<byte> SchemeBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-."u8);

    /// <summary>A scheme, a colon, and something after it (RFC 3986, section 3).</summary>
    public static bool IsAbsolute(ReadOnlySpan<byte> uri)
    {
        var colon = uri.IndexOf((byte)':');
        return colon > 0 && colon < uri.Length - 1 && uri[..colon].IndexOfAnyExcept(SchemeBytes) < 0
            && (uint)((uri[0] | 0x20) - 'a') < 26 && uri.IndexOfAny(" \t\r\n"u8) < 0;
    }

    public static bool HasScheme(ReadOnlySpan<byte> uri, ReadOnlySpan<byte> scheme) =>
        uri.Length > scheme.Length && uri[scheme.Length] == ':' && Ascii.EqualsIgnoreCase(uri[..scheme.Length], scheme);

    public static bool IsUrn(ReadOnlySpan<byte> uri) => uri.StartsWith("urn:uuid:"u8) || uri.StartsWith("urn:oid:"u8);

    /// <summary>Whether a text that says to be a UUID or OID is none. Anything after <c>#</c> or <c>|</c> does not count.</summary>
    public static bool IsBrokenUrn(ReadOnlySpan<byte> uri)
    {
        var end = uri.IndexOfAny((byte)'#', (byte)'|');
        if (end >= 0)
            uri = uri[..end];
        return uri.StartsWith("urn:uuid:"u8)
            ? uri.Length != 45 || !Utf8Parser.TryParse(uri[9..], out Guid _, out var used, 'D') || used != 36
            : uri.StartsWith("urn:oid:"u8) && !IsOid(uri[8..]);
    }

    /// <summary>Takes apart <c>[base]/[type]/[id]</c>, with or without <c>/_history/[version]</c> (the regular expression of references.html#literal).</summary>
    /// <param name="uri">An absolute URL or a relative reference.</param>
    /// <param name="parts">Where the type, the id and the version stand.</param>
    /// <returns>False if it does not look like that.</returns>
    public static bool TryReadRestful(ReadOnlySpan<byte> uri, out RestfulParts parts)
    {
        parts = default;
        var rest = uri;
        var version = ReadOnlySpan<byte>.Empty;
        var history = rest.IndexOf("/_history/"u8);
        if (history >= 0)
        {
            version = rest[(history + 10)..];
            rest = rest[..history];
            if (!PrimitiveFormat.IsValid(PrimitiveKind.Id, version))
                return false;
        }
        var idAt = rest.LastIndexOf((byte)'/') + 1;
        if (idAt < 2 || !PrimitiveFormat.IsValid(PrimitiveKind.Id, rest[idAt..]))
            return false;
        var typeAt = rest[..(idAt - 1)].LastIndexOf((byte)'/') + 1;
        if (!StructureTable.R4.IsResourceType(rest[typeAt..(idAt - 1)]))
            return false;
        var root = rest[..typeAt];
        if (!root.IsEmpty && !IsBase(root))
            return false;
        parts = new(typeAt, idAt, rest.Length, version.Length);
        return true;
    }

    private static bool IsBase(ReadOnlySpan<byte> root)
    {
        var scheme = root.StartsWith("http://"u8) ? 7 : root.StartsWith("https://"u8) ? 8 : -1;
        return scheme > 0 && root.Length > scheme && root[scheme..].IndexOfAnyExcept(BaseBytes) < 0;
    }

    private static bool IsOid(ReadOnlySpan<byte> oid)
    {
        if (oid.Length < 3 || oid[0] is < (byte)'0' or > (byte)'2' || oid[1] != '.')
            return false;
        for (var start = 2; ; start++)
        {
            var length = oid[start..].IndexOf((byte)'.');
            var part = length < 0 ? oid[start..] : oid.Slice(start, length);
            if (part.IsEmpty || part.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 || (part[0] == '0' && part.Length > 1))
                return false;
            if (length < 0)
                return true;
            start += length;
        }
    }
}
