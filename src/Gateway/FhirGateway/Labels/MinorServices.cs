using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Labels;

/// <summary>
/// Services to which a minor may consent alone (Tables/minor-services.tsv): a visit between the 12th and the 18th birthday that names
/// one is labelled, and so withheld.
/// </summary>
internal static class MinorServices
{
    private const int FirstAge = 12;
    private const int LastAge = 17;
    private const int LongestCode = 16;

    private static readonly ImmutableArray<string[]> Rows = [.. EmbeddedRows()];

    private static readonly FrozenSet<string> Words = Rows.Where(r => r[0] == "word").Select(r => r[1]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Parts = [.. Rows.Where(r => r[0] == "part").Select(r => r[1])];

    private static readonly FrozenDictionary<string, ImmutableArray<string>> Codes = Rows.Where(r => r[0] is not ("word" or "part"))
        .GroupBy(r => r[0]).ToFrozenDictionary(g => g.Key, g => g.Select(r => r[1]).ToImmutableArray(), StringComparer.Ordinal);

    private static readonly char[] Digits = [.. "0123456789"];

    /// <summary>Labels of a message by its facility, unit, service and codes.</summary>
    public static LabelSet OfMessage(MessageFields fields)
    {
        if (!IsMinor(fields))
            return LabelSet.Empty;
        var isMarked = IsNamed(fields.Facility) || IsNamed(fields.Unit) || IsNamed(fields.HospitalService)
            || fields.Codes.Any(c => IsListed(Encoding.UTF8.GetBytes(c.System ?? ""), c.Code));
        return isMarked ? LabelSet.Empty.With(SensitivityLabel.Minor) : LabelSet.Empty;
    }

    /// <summary>Labels of a Bundle by every coding in it.</summary>
    public static LabelSet OfResource(ReadOnlyMemory<byte> json, MessageFields fields)
    {
        var tape = new JsonTape();
        if (!IsMinor(fields) || !tape.Read(json).IsNone)
            return LabelSet.Empty;
        for (var i = 0; i < tape.Count; i++)
        {
            if (tape[i].Kind != JsonKind.Object || tape.FindText(i, "code"u8) is not { } code)
                continue;
            var system = tape.Find(i, "system"u8);
            if (tape.IsString(system) && IsListed(tape.Bytes(system), code))
                return LabelSet.Empty.With(SensitivityLabel.Minor);
        }

        return LabelSet.Empty;
    }

    private static bool IsMinor(MessageFields fields)
    {
        if (fields.BirthDate is not { } born || (fields.EventDay ?? fields.Service.Start) is not { } day || day < born)
            return false;
        var age = day.Year - born.Year - (day < born.AddYears(day.Year - born.Year) ? 1 : 0);
        return age is >= FirstAge and <= LastAge;
    }

    private static bool IsNamed(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return false;
        var text = string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? char.ToUpperInvariant(c) : ' '));
        return Parts.Any(p => text.Contains(p, StringComparison.Ordinal))
            || text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(w => Words.Contains(w) || Words.Contains(w.TrimEnd(Digits)));
    }

    /// <summary>A code whose system is not said is looked up in all, if it can be one of them.</summary>
    private static bool IsListed(ReadOnlySpan<byte> system, string code)
    {
        var key = code.Replace(".", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (key.Length is < 3 or > LongestCode || !char.IsAsciiDigit(key[1]))
            return false;
        if (system.IsEmpty)
            return Codes.Values.Any(c => c.Any(p => key.StartsWith(p, StringComparison.Ordinal)));
        return SensitiveCodes.FamilyOf(system) is { } family && Codes.TryGetValue(family, out var prefixes)
            && prefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal));
    }

    private static IEnumerable<string[]> EmbeddedRows() => Normalization.EmbeddedTable.Rows("minor-services.tsv");
}
