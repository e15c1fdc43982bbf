using System.Collections.Immutable;
using System.Text;
using FhirGateway.Attributions;

namespace FhirGateway.Adapters.Csv;

/// <summary>
/// Reads rosters, panels and opt-outs: comma-separated text in UTF-8 (RFC 4180), the first line naming the columns, in any order,
/// case ignored. Unknown columns are passed over. Nothing that it says of a fault holds a value of the file.
/// </summary>
public static class RosterCsv
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file to its end.</summary>
    /// <param name="content">The file; it is not closed.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="columns">Our column names to the file's, where they differ; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RosterFile> ReadAsync(
        Stream content, RosterKind kind, IReadOnlyDictionary<string, string>? columns, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(content, Strict, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        var records = new CsvRecordReader(text);
        try
        {
            return await ReadAsync(records, kind, columns, cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            return new RosterFile { Fault = $"line {records.Line} or a little later: not UTF-8; save the file as CSV in UTF-8" };
        }
        catch (InvalidDataException e)
        {
            return new RosterFile { Fault = e.Message };
        }
    }

    private static async Task<RosterFile> ReadAsync(
        CsvRecordReader records, RosterKind kind, IReadOnlyDictionary<string, string>? columns, CancellationToken cancellationToken)
    {
        if (!await records.ReadAsync(cancellationToken))
            return new RosterFile { Fault = "the file is empty; its first line must name the columns" };
        if (RosterColumns.Find(kind, [.. records.Cells.Select(c => c.Trim())], columns, out var fault) is not { } found)
            return new RosterFile { Fault = fault };
        var rows = ImmutableArray.CreateBuilder<RosterRow>();
        var rejected = ImmutableArray.CreateBuilder<RejectedRow>();
        var reader = new RosterRowReader(kind, found);
        while (await records.ReadAsync(cancellationToken))
        {
            var (row, wrong) = reader.Read(records.Line, records.Cells, records.HasBadQuotes);
            if (row is not null)
                rows.Add(row);
            else
                rejected.Add(wrong!);
        }

        return new RosterFile { Rows = rows.ToImmutable(), Rejected = rejected.ToImmutable() };
    }
}
