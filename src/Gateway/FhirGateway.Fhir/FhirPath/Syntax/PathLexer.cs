using System.Globalization;
using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The tokens of an expression (FHIRPath, "Lexical Elements"). After a fault there are no more.</summary>
internal sealed class PathLexer(string text)
{
    private static readonly string[] Symbols = ["<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "|", "&", "=", "~", "<", ">", "%"];
    private int at;

    public FhirPathFault? Fault { get; private set; }

    public PathToken Next()
    {
        SkipSpace();
        if (Fault is not null || at >= text.Length)
            return new(PathTokenKind.End, "", text.Length);
        var start = at;
        var c = text[at];
        if (char.IsAsciiLetter(c) || c == '_')
            return new(PathTokenKind.Identifier, Take(char.IsAsciiLetterOrDigit, '_'), start);
        if (char.IsAsciiDigit(c))
            return Number(start);
        switch (c)
        {
            case '\'':
                return Quoted(start, PathTokenKind.String);
            case '`' or '"':
                return Quoted(start, PathTokenKind.Delimited);
            case '$':
                at++;
                return new(PathTokenKind.Special, "$" + Take(char.IsAsciiLetter, 'a'), start);
            case '@':
                return new(PathTokenKind.Temporal, Temporal(), start);
        }
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
                continue;
            at += symbol.Length;
            return new(PathTokenKind.Symbol, symbol, start);
        }
        return Fail("A character that no token begins with", start);
    }

    public PathToken Fail(string message, int position)
    {
        Fault ??= new FhirPathFault(message, position);
        return new(PathTokenKind.End, "", position);
    }

    private void SkipSpace()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (Follows("//"))
            {
                var end = text.AsSpan(at).IndexOfAny('\r', '\n');
                at = end < 0 ? text.Length : at + end;
            }
            else if (Follows("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0)
                    Fail("A comment has no end", at);
                at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private bool Follows(string symbol) => string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0;

    private string Take(Func<char, bool> belongs, char also)
    {
        var start = at;
        while (at < text.Length && (belongs(text[at]) || text[at] == also))
            at++;
        return text[start..at];
    }

    private PathToken Number(int start)
    {
        Take(char.IsAsciiDigit, '0');
        if (at + 1 >= text.Length || text[at] != '.' || !char.IsAsciiDigit(text[at + 1]))
            return new(PathTokenKind.Integer, text[start..at], start);
        at++;
        Take(char.IsAsciiDigit, '0');
        return new(PathTokenKind.Decimal, text[start..at], start);
    }

    private PathToken Quoted(int start, PathTokenKind kind)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\')
            {
                if (!Escape(value))
                    return Fail("An escape that does not exist", at);
                continue;
            }
            value.Append(text[at++]);
        }
        if (at >= text.Length)
            return Fail("A text has no end", start);
        at++;
        return new(kind, value.ToString(), start);
    }

    private bool Escape(StringBuilder value)
    {
        if (at + 1 >= text.Length)
            return false;
        var c = text[at + 1];
        if (c == 'u')
        {
            if (at + 6 > text.Length || !ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
                return false;
            value.Append((char)unit);
            at += 6;
            return true;
        }
        var plain = c switch { 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', '\\' or '/' or '\'' or '"' or '`' => c, _ => '\0' };
        if (plain == '\0')
            return false;
        value.Append(plain);
        at += 2;
        return true;
    }

    /// <summary>The longest text after the @ that has the shape of a date, a date and time, or a time.</summary>
    private string Temporal()
    {
        var start = ++at;
        if (Shape("T"))
        {
            Clock();
            return text[start..at];
        }
        if (!Shape("dddd"))
        {
            Fail("A date or time must follow @", start);
            return "";
        }
        if (Shape("-dd"))
            Shape("-dd");
        if (Shape("T") && Clock() && !Shape("Z") && !Shape("+dd:dd"))
            Shape("-dd:dd");
        return text[start..at];
    }

    private bool Clock()
    {
        if (!Shape("dd"))
            return false;
        if (Shape(":dd") && Shape(":dd") && Shape(".d"))
            Take(char.IsAsciiDigit, '0');
        return true;
    }

    private bool Shape(string shape)
    {
        if (at + shape.Length > text.Length)
            return false;
        for (var i = 0; i < shape.Length; i++)
            if (shape[i] == 'd' ? !char.IsAsciiDigit(text[at + i]) : text[at + i] != shape[i])
                return false;
        at += shape.Length;
        return true;
    }
}
