using System.Collections.Frozen;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization;

/// <summary>Canonical URIs of code systems and identifier namespaces that are also sent as an OID or an older URI.</summary>
public static class CodeSystemAliases
{
    private static readonly (byte[] Prefix, byte[] Canonical)[] Prefixes =
    [
        .. Rows().Where(r => r.Alias.EndsWith('*')).Select(r => (Encoding.UTF8.GetBytes(r.Alias[..^1]), Encoding.UTF8.GetBytes(r.Canonical))),
    ];

    // The hashes of the table differ from each other: ToFrozenDictionary would throw.
    private static readonly FrozenDictionary<uint, (byte[] Alias, byte[] Canonical)> Exact = Rows()
        .Where(r => !r.Alias.EndsWith('*'))
        .Select(r => (Alias: Encoding.UTF8.GetBytes(r.Alias), Canonical: Encoding.UTF8.GetBytes(r.Canonical)))
        .ToFrozenDictionary(r => JsonText.Hash(r.Alias));

    /// <summary>The canonical URI where <paramref name="system"/> is an alias, with or without <c>urn:oid:</c>.</summary>
    public static bool TryFindCanonical(scoped ReadOnlySpan<byte> system, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (system.IsEmpty || !(system[0] is (byte)'u' or (byte)'2' or (byte)'h'))
            return false;
        if (system.StartsWith("2.16.840.1.113883."u8) && system.Length <= 64)
        {
            Span<byte> oid = stackalloc byte[8 + system.Length];
            "urn:oid:"u8.CopyTo(oid);
            system.CopyTo(oid[8..]);
            return TryFindExact(oid, out canonical);
        }
        if (TryFindExact(system, out canonical))
            return true;
        foreach (var (prefix, replacement) in Prefixes)
        {
            if (!system.StartsWith(prefix) || system.Length == prefix.Length)
                continue;
            canonical = (byte[])[.. replacement, .. system[prefix.Length..]];
            return true;
        }
        return false;
    }

    /// <summary>The canonical URI, or the system itself.</summary>
    public static string Canonical(string system) =>
        TryFindCanonical(Encoding.UTF8.GetBytes(system), out var canonical) ? Encoding.UTF8.GetString(canonical) : system;

    private static bool TryFindExact(scoped ReadOnlySpan<byte> system, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (!Exact.TryGetValue(JsonText.Hash(system), out var row) || !system.SequenceEqual(row.Alias))
            return false;
        canonical = row.Canonical;
        return true;
    }

    private static IEnumerable<(string Alias, string Canonical)> Rows() =>
        EmbeddedTable.Rows("code-system-aliases.tsv").Select(r => (r[0], r[1]));
}
