using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>Canonical URIs of code systems and identifier namespaces that are also sent as an OID, an older URI, or with https or a slash too many.</summary>
public static class CodeSystemAliases
{
    private const int MaxLength = 256;
    private static readonly SearchValues<byte> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    private static readonly (byte[] Prefix, byte[] Canonical)[] Prefixes =
    [
        .. Rows().Where(r => r.Alias.EndsWith('*')).Select(r => (Encoding.UTF8.GetBytes(r.Alias[..^1]), Encoding.UTF8.GetBytes(r.Canonical))),
    ];

    // Every name is a key, the canonical ones too. The hashes of the table differ from each other: ToFrozenDictionary would throw.
    private static readonly FrozenDictionary<uint, (byte[] Name, byte[] Canonical)> Names = Rows()
        .Where(r => !r.Alias.EndsWith('*'))
        .SelectMany(r => new[] { r, (Alias: r.Canonical, r.Canonical) })
        .Distinct()
        .Select(r => (Name: Encoding.UTF8.GetBytes(r.Alias), Canonical: Encoding.UTF8.GetBytes(r.Canonical)))
        .ToFrozenDictionary(r => JsonText.Hash(r.Name));

    /// <summary>The canonical URI where <paramref name="system"/> is another name of it; false where it is canonical or not known.</summary>
    public static bool TryFindCanonical(scoped ReadOnlySpan<byte> system, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (system.IsEmpty || system.Length > MaxLength || !(system[0] is (byte)'u' or (byte)'2' or (byte)'h'))
            return false;
        if (TryFind(system, out canonical))
            return !canonical.SequenceEqual(system);
        if (system.StartsWith("2.16.840.1.113883."u8))
            return TryFindJoined("urn:oid:"u8, system, out canonical);
        if (system[^1] == '/')
            return TryFind(system[..^1], out canonical) || TryFindScheme(system[..^1], out canonical);
        return TryFindScheme(system, out canonical) || TryFindPrefix(system, out canonical);
    }

    /// <summary>The canonical URI, or the system itself.</summary>
    public static string Canonical(string system) =>
        TryFindCanonical(Encoding.UTF8.GetBytes(system), out var canonical) ? Encoding.UTF8.GetString(canonical) : system;

    private static bool TryFind(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (!Names.TryGetValue(JsonText.Hash(name), out var row) || !name.SequenceEqual(row.Name))
            return false;
        canonical = row.Canonical;
        return true;
    }

    private static bool TryFindScheme(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> canonical)
    {
        if (name.StartsWith("https://"u8))
            return TryFindJoined("http://"u8, name[8..], out canonical);
        if (name.StartsWith("http://"u8))
            return TryFindJoined("https://"u8, name[7..], out canonical);
        canonical = default;
        return false;
    }

    private static bool TryFindJoined(scoped ReadOnlySpan<byte> start, scoped ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> canonical)
    {
        Span<byte> joined = stackalloc byte[MaxLength + 8];
        start.CopyTo(joined);
        rest.CopyTo(joined[start.Length..]);
        return TryFind(joined[..(start.Length + rest.Length)], out canonical);
    }

    private static bool TryFindPrefix(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        foreach (var (prefix, replacement) in Prefixes)
        {
            if (!name.StartsWith(prefix) || name.Length == prefix.Length || name[prefix.Length..].IndexOfAnyExcept(NameCharacters) >= 0)
                continue;
            canonical = (byte[])[.. replacement, .. name[prefix.Length..]];
            return true;
        }
        return false;
    }

    private static IEnumerable<(string Alias, string Canonical)> Rows() =>
        FactTable.Rows("code-system-aliases.tsv").Select(r => (r[0], r[1]));
}
