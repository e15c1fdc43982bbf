using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Normalization;

namespace FhirGateway.Labels;

/// <summary>The codes of Tables/sensitive-codes.tsv, found without regard to dots and case.</summary>
internal static class SensitiveCodes
{
    private const int MaxCode = 16;

    private static readonly FrozenDictionary<string, string> Systems = EmbeddedTable.Rows("sensitive-code-systems.tsv")
        .ToFrozenDictionary(r => r[0], r => r[1], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<uint, SensitiveCode[]> ByHash = EmbeddedTable.Rows("sensitive-codes.tsv")
        .Select(Parse)
        .GroupBy(c => JsonText.Hash(c.Code))
        .ToFrozenDictionary(g => g.Key, g => g.ToArray());

    /// <summary>The labels of a code. A code whose system is not said is looked up in all.</summary>
    public static LabelSet Find(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ServicePeriod service)
    {
        Span<byte> key = stackalloc byte[MaxCode];
        if (!TryMakeKey(code, key, out var length) || !ByHash.TryGetValue(JsonText.Hash(key[..length]), out var candidates))
            return default;
        string? family = null;
        if (!system.IsEmpty && !Systems.TryGetValue(CanonicalText(system), out family))
            return default;
        var labels = LabelSet.Empty;
        foreach (var candidate in candidates)
            if ((family is null || family == candidate.System) && key[..length].SequenceEqual(candidate.Code) && candidate.Applies(service))
                labels = labels.With(candidate.Label);
        return labels;
    }

    /// <summary>The code system behind any of its names; null where it is none of the table's.</summary>
    public static string? FamilyOf(ReadOnlySpan<byte> system) => Systems.GetValueOrDefault(CanonicalText(system));

    private static string CanonicalText(ReadOnlySpan<byte> system) =>
        Encoding.UTF8.GetString(CodeSystemAliases.TryFindCanonical(system, out var canonical) ? canonical : system);

    private static bool TryMakeKey(ReadOnlySpan<byte> code, Span<byte> key, out int length)
    {
        length = 0;
        foreach (var b in code)
        {
            if (b is (byte)'.' or (byte)' ')
                continue;
            if (length == key.Length)
                return false;
            key[length++] = (byte)char.ToUpperInvariant((char)b);
        }
        return length > 0;
    }

    private static SensitiveCode Parse(string[] row)
    {
        Span<byte> key = stackalloc byte[MaxCode];
        if (!TryMakeKey(Encoding.UTF8.GetBytes(row[1]), key, out var length))
            throw new InvalidOperationException($"The code {row[1]} of sensitive-codes.tsv is too long.");
        return new(Systems[row[0]], key[..length].ToArray(), Day(row[2]), Day(row[3]), Enum.Parse<SensitivityLabel>(row[4]));
    }

    private static DateOnly? Day(string text) => text == "-" ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
