using System.Text;

namespace FhirGateway.Adapters.Csv;

/// <summary>
/// Reads comma-separated text (RFC 4180) record by record: quoted cells may hold commas, line ends and doubled quotes; a line
/// ends by CR LF, LF or CR; blank lines are passed over. What is read is bounded before it is collected.
/// </summary>
internal sealed class CsvRecordReader(TextReader text)
{
    private const char End = '\uffff';
    private readonly char[] buffer = new char[16 * 1024];
    private readonly StringBuilder cell = new();
    private readonly List<string> cells = [];
    private int at;
    private int filled;
    private int line = 1;
    private int length;

    /// <summary>Longest record, in characters.</summary>
    public const int MostCharacters = 1024 * 1024;
    public const int MostCells = 1000;

    /// <summary>Line on which the record begins, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Its cells as written, without their quotes; valid until the next read.</summary>
    public IReadOnlyList<string> Cells => cells;

    /// <summary>Text before or after a quoted part of a cell, or a quote that is never closed.</summary>
    public bool HasBadQuotes { get; private set; }

    /// <summary>The next record that is not blank; false at the end.</summary>
    /// <exception cref="InvalidDataException">A record is longer or has more cells than allowed; the message names the line.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Line = line;
            cells.Clear();
            HasBadQuotes = false;
            length = 0;
            var last = await ReadCellsAsync(cancellationToken);
            if (cells.Count > 1 || !string.IsNullOrWhiteSpace(cells[0]))
                return true;
            if (last == End)
                return false;
        }
    }

    private async ValueTask<char> ReadCellsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cell.Clear();
            var c = await ReadCellAsync(cancellationToken);
            if (cells.Count == MostCells)
                throw new InvalidDataException($"line {Line}: more than {MostCells} columns");
            cells.Add(cell.ToString());
            if (c != ',')
                return c;
        }
    }

    /// <summary>Reads a cell; returns what ended it: a comma, a line feed, or the end.</summary>
    private async ValueTask<char> ReadCellAsync(CancellationToken cancellationToken)
    {
        var quoted = false;
        var blank = true;
        while (true)
        {
            var c = await NextAsync(cancellationToken);
            if (c is ',' or '\n' or End)
                return c;
            if (c == '"' && !quoted && blank)
            {
                cell.Clear();
                quoted = true;
                await ReadQuotedAsync(cancellationToken);
                continue;
            }

            HasBadQuotes |= c == '"' || (quoted && !char.IsWhiteSpace(c));
            blank &= char.IsWhiteSpace(c);
            Append(c);
        }
    }

    private async ValueTask ReadQuotedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var c = await NextAsync(cancellationToken);
            if (c == End)
            {
                HasBadQuotes = true;
                return;
            }

            if (c == '"')
            {
                if (await PeekAsync(cancellationToken) != '"')
                    return;
                await NextAsync(cancellationToken);
            }

            Append(c);
        }
    }

    private void Append(char c)
    {
        if (++length > MostCharacters)
            throw new InvalidDataException($"line {Line}: longer than {MostCharacters} characters; is a closing quote missing?");
        cell.Append(c);
    }

    /// <summary>The next character, any line end as a line feed.</summary>
    private async ValueTask<char> NextAsync(CancellationToken cancellationToken)
    {
        if (at == filled && !await FillAsync(cancellationToken))
            return End;
        var c = buffer[at++];
        if (c == '\r')
        {
            if (await PeekAsync(cancellationToken) == '\n')
                at++;
            c = '\n';
        }

        if (c == '\n')
            line++;
        // U+FFFF is no character; where a file holds it, it must not end the file.
        return c == End ? '\ufffd' : c;
    }

    private async ValueTask<char> PeekAsync(CancellationToken cancellationToken) =>
        at < filled || await FillAsync(cancellationToken) ? buffer[at] : End;

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        filled = await text.ReadAsync(buffer.AsMemory(), cancellationToken);
        at = 0;
        return filled > 0;
    }
}
