using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Reads code systems from comma-separated values (RFC 4180) with a heading row: system, code, display, in any order.</summary>
internal static class CodeSystemCsv
{
    /// <param name="text">The file.</param>
    /// <param name="name">Name for the systems.</param>
    /// <exception cref="FormatException">A column or a value is missing, or a quote is left open; the message names the row.</exception>
    public static IEnumerable<FhirCodeSystem> Read(string text, string name)
    {
        var rows = Rows(text.TrimStart('\uFEFF'));
        var heading = rows.Count == 0 ? [] : rows[0].ConvertAll(h => h.Trim().ToLowerInvariant());
        var (system, code, display) = (heading.IndexOf("system"), heading.IndexOf("code"), heading.IndexOf("display"));
        if (system < 0 || code < 0)
            throw new FormatException("row 1 does not name the columns system and code");
        var systems = new Dictionary<string, ImmutableArray<CodeSystemConcept>.Builder>(StringComparer.Ordinal);
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i] is [""])
                continue;
            var (url, value) = (At(rows[i], system), At(rows[i], code));
            if (url is null || value is null)
                throw new FormatException($"row {i + 1} has no system or no code");
            if (!systems.TryGetValue(url, out var concepts))
                systems.Add(url, concepts = ImmutableArray.CreateBuilder<CodeSystemConcept>());
            concepts.Add(new(value, At(rows[i], display), -1));
        }
        return systems.Select(s => new FhirCodeSystem { Url = s.Key, Name = name, Content = "complete", IsCaseSensitive = true, Concepts = s.Value.ToImmutable() });
    }

    private static string? At(List<string> row, int column) => column >= 0 && column < row.Count && row[column].Trim() is { Length: > 0 } value ? value : null;

    private static List<List<string>> Rows(string text)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            row.Add(Field(text, ref at, rows.Count + 1));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at < text.Length)
                    continue;
                row.Add("");
            }
            at += at < text.Length && text[at] == '\r' ? 1 : 0;
            at += at < text.Length && text[at] == '\n' ? 1 : 0;
            rows.Add(row);
            row = [];
        }
        return rows;
    }

    private static string Field(string text, ref int at, int row)
    {
        if (text[at] != '"')
        {
            var end = text.AsSpan(at).IndexOfAny(',', '\r', '\n');
            var field = end < 0 ? text[at..] : text.Substring(at, end);
            at += field.Length;
            return field;
        }
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
                value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                value.Append(text[++at]);
            else
                return ++at == text.Length || text[at] is ',' or '\r' or '\n' ? value.ToString() : throw new FormatException($"row {row} goes on behind a closing quote");
        }
        throw new FormatException($"row {row} has a quote that is not closed");
    }
}
