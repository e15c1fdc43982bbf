namespace FhirGateway.Fhir.Rules;

/// <summary>Says whether a text is an expression constraint of SNOMED CT (ECL 1.6, brief syntax; section 5 of the specification).</summary>
internal ref struct SnomedConstraint
{
    private const int MaxDepth = 64;
    private static readonly string[] Operators = ["<<!", ">>!", "<<", ">>", "<!", ">!", "<", ">"];
    private readonly ReadOnlySpan<char> text;
    private int at;
    private int depth;

    private SnomedConstraint(ReadOnlySpan<char> text) => this.text = text;

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var reader = new SnomedConstraint(text);
        return reader.Expression() && reader.AtEnd();
    }

    private bool AtEnd()
    {
        Space();
        return at == text.Length;
    }

    /// <summary>Operands with AND, OR or MINUS between them, or one that is refined or dotted.</summary>
    private bool Expression()
    {
        if (++depth > MaxDepth || !Operand())
            return false;
        while (Take('.'))
            if (!Operand())
                return false;
        if (Take(':') && !Refinement())
            return false;
        while (Word("AND") || Word("OR") || Word("MINUS") || Take(','))
            if (!Operand() || (Take(':') && !Refinement()))
                return false;
        depth--;
        return true;
    }

    private bool Operand()
    {
        Space();
        foreach (var sign in Operators)
            if (Literal(sign))
                break;
        Space();
        _ = Take('^');
        if (Take('('))
        {
            if (!Expression() || !Take(')'))
                return false;
        }
        else if (!Take('*') && !Concept())
            return false;
        return Filters();
    }

    private bool Filters()
    {
        Space();
        while (Literal("{{"))
        {
            var end = text[at..].IndexOf("}}");
            if (end < 0)
                return false;
            at += end + 2;
            Space();
        }
        return true;
    }

    private bool Concept()
    {
        Space();
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at - start is < 6 or > 18 || text[start] == '0')
            return false;
        if (!Take('|'))
            return true;
        var end = text[at..].IndexOf('|');
        if (end < 1)
            return false;
        at += end + 1;
        return true;
    }

    private bool Refinement()
    {
        if (!Group())
            return false;
        while (Take(',') || Word("AND") || Word("OR"))
            if (!Group())
                return false;
        return true;
    }

    private bool Group()
    {
        if (++depth > MaxDepth || !Cardinality())
            return false;
        bool isGood;
        if (Take('{'))
            isGood = Refinement() && Take('}');
        else
        {
            var start = at;
            isGood = Attribute();
            if (!isGood)
            {
                at = start;
                isGood = Take('(') && Refinement() && Take(')');
            }
        }
        depth--;
        return isGood;
    }

    private bool Attribute()
    {
        Space();
        if (at < text.Length - 1 && text[at] is 'R' or 'r' && !char.IsAsciiLetter(text[at + 1]))
            at++;
        if (!Operand())
            return false;
        Space();
        if (!Literal("!=") && !Literal("<=") && !Literal(">=") && !Literal("=") && !Literal("<") && !Literal(">"))
            return false;
        Space();
        if (Take('#'))
            return Number();
        if (Take('"'))
            return Quoted();
        return Word("true") || Word("false") || Operand();
    }

    private bool Cardinality()
    {
        if (!Take('['))
            return true;
        if (!Digits() || !Literal("..") || (!Take('*') && !Digits()))
            return false;
        return Take(']');
    }

    private bool Number()
    {
        if (at < text.Length && text[at] is '+' or '-')
            at++;
        return Digits() && (!Literal(".") || Digits());
    }

    private bool Quoted()
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '"')
            {
                at++;
                return true;
            }
        }
        return false;
    }

    private bool Digits()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at > start;
    }

    private bool Take(char expected)
    {
        Space();
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }

    private bool Literal(string expected)
    {
        if (!text[at..].StartsWith(expected, StringComparison.Ordinal))
            return false;
        at += expected.Length;
        return true;
    }

    private bool Word(string expected)
    {
        Space();
        if (!text[at..].StartsWith(expected, StringComparison.OrdinalIgnoreCase))
            return false;
        var end = at + expected.Length;
        if (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            return false;
        at = end;
        return true;
    }

    /// <summary>White space and comments.</summary>
    private void Space()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (text[at..].StartsWith("/*") && text[(at + 2)..].IndexOf("*/") is >= 0 and var end)
                at += end + 4;
            else
                return;
        }
    }
}
