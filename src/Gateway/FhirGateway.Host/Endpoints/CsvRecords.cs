using System.Text;

namespace FhirGateway.Host.Endpoints;

/// <summary>Records of a CSV file (RFC 4180) in UTF-8, each with the line it begins on. A record, not the file, is held in memory.</summary>
internal sealed class CsvRecords(Stream stream) : IDisposable
{
    private const int MostRecordCharacters = 64 * 1024;
    private readonly StreamReader reader = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024, leaveOpen: true);
    private readonly StringBuilder field = new();
    private readonly char[] buffer = new char[16 * 1024];
    private int taken;
    private int filled;
    private int line = 1;
    private bool isFirst = true;

    /// <summary>The next record that is not a blank line, or null at the end.</summary>
    /// <exception cref="InvalidDataException">Not UTF-8, a quote out of place or never closed, or a record that is too long; the message names the line.</exception>
    public async Task<(int Line, List<string> Fields)?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await LineAsync(cancellationToken) is { } text)
        {
            var start = line++;
            if (isFirst)
                text = text.TrimStart('\uFEFF');
            isFirst = false;
            if (text.Length == 0)
                continue;
            var fields = new List<string>();
            while (!Split(text, start, fields))
            {
                text = await LineAsync(cancellationToken) ?? throw new InvalidDataException($"line {start}: a quote is never closed");
                line++;
                field.Append('\n');
            }

            return (start, fields);
        }

        return null;
    }

    public void Dispose() => reader.Dispose();

    /// <summary>Takes one line into the record; false where it ends inside quotes.</summary>
    private bool Split(string text, int start, List<string> fields)
    {
        // Only a line end inside quotes leaves something from the line before.
        var isQuoted = field.Length > 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"' && (isQuoted || field.Length == 0))
            {
                if (isQuoted && i + 1 < text.Length && text[i + 1] != ',')
                    throw new InvalidDataException($"line {start}: text after a closing quote");
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (field.Length > MostRecordCharacters)
            throw new InvalidDataException($"line {start}: a field is longer than {MostRecordCharacters} characters");
        if (isQuoted)
            return false;
        fields.Add(field.ToString());
        field.Clear();
        return true;
    }

    /// <summary>The next line without its end; refuses one that is too long before it is held.</summary>
    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (true)
        {
            if (taken == filled)
            {
                filled = await FillAsync(cancellationToken);
                taken = 0;
                if (filled == 0)
                    return text.Length == 0 ? null : text.ToString();
            }

            var part = buffer.AsMemory(taken, filled - taken);
            var end = part.Span.IndexOf('\n');
            text.Append(end < 0 ? part : part[..end]);
            if (text.Length > MostRecordCharacters)
                throw new InvalidDataException($"line {line}: longer than {MostRecordCharacters} characters");
            taken += end < 0 ? part.Length : end + 1;
            if (end < 0)
                continue;
            if (text.Length > 0 && text[^1] == '\r')
                text.Length--;
            return text.ToString();
        }
    }

    private async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(buffer, cancellationToken);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"line {line} or after: not UTF-8", e);
        }
    }
}
