using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace FhirGateway.Normalization;

/// <summary>Codes that say what a version does to its claim: Tables/claim-codes.tsv.</summary>
internal static class ClaimCodes
{
    private static readonly FrozenDictionary<string, ClaimCode[]> BySystem = EmbeddedTable.Rows("claim-codes.tsv")
        .GroupBy(r => r[0], r => new ClaimCode(r[1], r[2], byte.Parse(r[3], CultureInfo.InvariantCulture)), StringComparer.Ordinal)
        .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ClaimCode[]>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        BySystem.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LongestSystem = BySystem.Keys.Max(k => k.Length);

    /// <summary>The line of a code, or null: most codes say nothing of this kind.</summary>
    public static ClaimCode? Find(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var segment = system[(system.LastIndexOf((byte)'/') + 1)..];
        if (segment.IsEmpty || segment.Length > LongestSystem || code.IsEmpty)
            return null;
        Span<char> name = stackalloc char[segment.Length];
        for (var i = 0; i < segment.Length; i++)
            name[i] = segment[i] == '_' ? '-' : char.ToUpperInvariant((char)segment[i]);
        if (!Lookup.TryGetValue(name, out var lines))
            return null;
        foreach (var line in lines)
        {
            if (line.IsSuffix ? code.EndsWith(line.Bytes) : code.SequenceEqual(line.Bytes))
                return line;
        }

        return null;
    }

    internal sealed record ClaimCode(string Code, string Means, byte Order)
    {
        public bool IsSuffix { get; } = Code.StartsWith('*');
        public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Code.TrimStart('*'));
        public bool IsVoid => Means == "void";
        public bool IsDenied => Means == "denied";
    }
}
