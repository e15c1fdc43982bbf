using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Reads fetched files that are not data: outcomes, and Patients that only say who is in a group.</summary>
internal static class ExportFiles
{
    private const int MostKinds = 200;

    /// <summary>Counts severities and codes of OperationOutcomes; a line that is none counts as <c>unreadable</c>.</summary>
    public static async Task<ImmutableSortedDictionary<string, long>> IssuesAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            await using var file = Open(path);
            await using var lines = new NdjsonReader(file);
            while (await lines.ReadAsync(cancellationToken))
            {
                var issues = lines.Line.IsOversized ? null : OutcomeIssues.Read(lines.Line.Bytes);
                foreach (var key in issues?.Issues.Select(i => $"{i.Severity} {i.Code}") ?? ["unreadable"])
                {
                    if (counts.ContainsKey(key) || counts.Count < MostKinds)
                        counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }

        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>The ids of the Patients in the files, in pages.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<string>> PatientIdsAsync(
        IEnumerable<string> paths, int page, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = new List<string>(page);
        foreach (var path in paths)
        {
            await using var file = Open(path);
            await using var lines = new NdjsonReader(file);
            while (await lines.ReadAsync(cancellationToken))
            {
                if (lines.Line.IsOversized || PatientId(lines.Line.Bytes) is not { } id)
                    continue;
                ids.Add(id);
                if (ids.Count < page)
                    continue;
                yield return ids;
                ids = new List<string>(page);
            }
        }

        if (ids.Count > 0)
            yield return ids;
    }

    private static string? PatientId(ReadOnlyMemory<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line.Span);
            string? type = null, id = null;
            while (json.Read() && (type is null || id is null))
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                    continue;
                if (json.ValueTextEquals("resourceType"u8) && json.Read() && json.TokenType == JsonTokenType.String)
                    type = json.GetString();
                else if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("id"u8) && json.Read() && json.TokenType == JsonTokenType.String)
                    id = json.GetString();
            }

            return type == "Patient" && id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? id : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or an id that is no text: the line names nobody.
            return null;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
}
