using System.Collections.Frozen;
using FhirGateway.Normalization;

namespace FhirGateway.Labels;

/// <summary>The names of services, units and facilities of Tables/sensitive-places.tsv.</summary>
internal static class PlaceNames
{
    private static readonly FrozenDictionary<string, SensitivityLabel> Words = EmbeddedTable.Rows("sensitive-places.tsv")
        .Where(r => r[0] == "word").ToFrozenDictionary(r => r[1], r => Enum.Parse<SensitivityLabel>(r[2]), StringComparer.Ordinal);

    private static readonly char[] Digits = [.. "0123456789"];

    private static readonly (string Text, SensitivityLabel Label)[] Parts =
    [
        .. EmbeddedTable.Rows("sensitive-places.tsv").Where(r => r[0] == "part").Select(r => (r[1], Enum.Parse<SensitivityLabel>(r[2]))),
    ];

    public static LabelSet Find(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return default;
        var labels = LabelSet.Empty;
        var text = string.Create(name.Length, name, (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = char.IsLetterOrDigit(source[i]) ? char.ToUpperInvariant(source[i]) : ' ';
        });
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (Words.TryGetValue(word, out var label) || Words.TryGetValue(word.TrimEnd(Digits), out label))
                labels = labels.With(label);
        foreach (var (part, label) in Parts)
            if (text.Contains(part, StringComparison.Ordinal))
                labels = labels.With(label);
        return labels;
    }
}
