using System.Buffers;
using System.Globalization;
using System.Text;

namespace FhirGateway.Hl7v2;

/// <summary>Escape sequences (chapter 2, use of escape sequences in text fields). Both directions are linear and never throw.</summary>
public static class Hl7Escape
{
    private const int MaxBlankLines = 8;

    /// <summary>
    /// Resolves each escape sequence once. Formatting becomes line breaks, highlighting disappears, hexadecimal bytes are read in the
    /// message's character set; what is unknown, local (\Z..\) or switches character sets (\C..\, \M..\) stays as sent.
    /// </summary>
    public static string Unescape(ReadOnlySpan<char> value, Hl7Delimiters delimiters, Encoding encoding)
    {
        var escape = delimiters.Escape;
        var at = value.IndexOf(escape);
        if (at < 0)
            return value.ToString();
        var text = new StringBuilder(value.Length);
        while (at >= 0)
        {
            text.Append(value[..at]);
            value = value[(at + 1)..];
            var close = value.IndexOf(escape);
            if (close < 0)
            {
                text.Append(escape);
                break;
            }
            if (TryResolve(value[..close], delimiters, encoding, text))
                value = value[(close + 1)..];
            else
                text.Append(escape);
            at = value.IndexOf(escape);
        }
        return text.Append(value).ToString();
    }

    /// <summary>Writes text so that it cannot be read as structure: delimiters, the escape character and control characters are escaped.</summary>
    public static string Escape(ReadOnlySpan<char> text, Hl7Delimiters delimiters)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            Append(result, c, delimiters);
        return result.ToString();
    }

    private static void Append(StringBuilder result, char c, Hl7Delimiters d)
    {
        var letter = c == d.Field ? 'F'
            : c == d.Component ? 'S'
            : c == d.Subcomponent ? 'T'
            : c == d.Repetition ? 'R'
            : c == d.Escape ? 'E'
            : c == d.Truncation && c != Hl7Delimiters.None ? 'P'
            : '\0';
        if (letter != '\0')
            result.Append(d.Escape).Append(letter).Append(d.Escape);
        else if (c < 0x20)
            result.Append(d.Escape).Append('X').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture)).Append(d.Escape);
        else
            result.Append(c);
    }

    private static bool TryResolve(ReadOnlySpan<char> sequence, Hl7Delimiters d, Encoding encoding, StringBuilder text)
    {
        if (sequence.IsEmpty)
            return false;
        if (sequence.Length == 1)
            return TryResolveLetter(sequence[0], d, text);
        switch (sequence[0])
        {
            case 'X':
                return TryAppendHex(sequence[1..], encoding, text);
            case '.':
                return TryAppendFormat(sequence[1..], text);
            case 'Z' or 'C' or 'M' when sequence.Length <= 16 && !sequence.Contains(' '):
                text.Append(d.Escape).Append(sequence).Append(d.Escape);
                return true;
            default:
                return false;
        }
    }

    private static bool TryResolveLetter(char letter, Hl7Delimiters d, StringBuilder text)
    {
        switch (letter)
        {
            case 'F': text.Append(d.Field); return true;
            case 'S': text.Append(d.Component); return true;
            case 'T': text.Append(d.Subcomponent); return true;
            case 'R': text.Append(d.Repetition); return true;
            case 'E': text.Append(d.Escape); return true;
            case 'P' when d.Truncation != Hl7Delimiters.None: text.Append(d.Truncation); return true;
            case 'H' or 'N': return true;
            default: return false;
        }
    }

    private static bool TryAppendHex(ReadOnlySpan<char> digits, Encoding encoding, StringBuilder text)
    {
        if (digits.Length % 2 != 0)
            return false;
        var bytes = ArrayPool<byte>.Shared.Rent(digits.Length / 2);
        var status = Convert.FromHexString(digits, bytes, out _, out var count);
        if (status == OperationStatus.Done)
            text.Append(encoding.GetString(bytes, 0, count));
        ArrayPool<byte>.Shared.Return(bytes);
        return status == OperationStatus.Done;
    }

    private static bool TryAppendFormat(ReadOnlySpan<char> command, StringBuilder text)
    {
        if (command.Length < 2)
            return false;
        switch (command[..2])
        {
            case "br" or "ce":
                text.Append('\n');
                return true;
            case "sp":
                var lines = command.Length > 2 && int.TryParse(command[2..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : 1;
                text.Append('\n', Math.Clamp(lines, 1, MaxBlankLines));
                return true;
            case "fi" or "nf" or "in" or "ti" or "sk":
                return true;
            default:
                return false;
        }
    }
}
