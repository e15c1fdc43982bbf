namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>
/// The grammar of UCUM (https://ucum.org/ucum section 8), case-sensitive symbols. Beyond it, an annotation may follow a number
/// or a parenthesis and hold spaces, as in <c>/100{WBC}</c> and <c>{3 times}/d</c>, which FHIR's own lists have.
/// </summary>
internal ref struct UcumParser
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> code;
    private readonly UcumTable table;
    private readonly UcumProduct? product;
    private int at;

    private UcumParser(ReadOnlySpan<byte> code, UcumTable table, UcumProduct? product)
    {
        this.code = code;
        this.table = table;
        this.product = product;
    }

    /// <summary>Says whether a code is a unit and, if asked, multiplies its parts into a product.</summary>
    public static bool TryParse(ReadOnlySpan<byte> code, UcumTable table, UcumProduct? product)
    {
        var parser = new UcumParser(code, table, product);
        return parser.MainTerm() && parser.at == code.Length;
    }

    private readonly bool IsAt(char c) => at < code.Length && code[at] == c;

    private bool MainTerm()
    {
        var sign = 1;
        if (IsAt('/'))
        {
            sign = -1;
            at++;
        }
        return Term(sign, sign, 0);
    }

    /// <param name="first">Sign of the exponents of the first component: a division belongs to the component that follows it.</param>
    /// <param name="sign">Sign of the rest: that of the whole term, without the leading slash.</param>
    /// <param name="depth">Open parentheses.</param>
    private bool Term(int first, int sign, int depth)
    {
        if (!Component(first, depth))
            return false;
        var rest = depth == 0 ? 1 : sign;
        while (IsAt('.') || IsAt('/'))
        {
            var own = code[at++] == '/' ? -rest : rest;
            if (!Component(own, depth))
                return false;
        }
        return true;
    }

    private bool Component(int sign, int depth)
    {
        if (at == code.Length)
            return false;
        if (code[at] == '{')
            return Annotation();
        if (code[at] == '(')
            return Parenthesis(sign, depth) && OptionalAnnotation();
        if (char.IsAsciiDigit((char)code[at]) && !IsPowerOfTen())
            return Number(sign) && OptionalAnnotation();
        return Simple(sign) && OptionalAnnotation();
    }

    private bool Parenthesis(int sign, int depth)
    {
        at++;
        if (depth == MaxDepth || !Term(sign, sign, depth + 1) || !IsAt(')'))
            return false;
        at++;
        return true;
    }

    private bool OptionalAnnotation() => !IsAt('{') || Annotation();

    private bool Annotation()
    {
        for (at++; at < code.Length && code[at] != '}'; at++)
            if (code[at] is < 32 or > 126 or (byte)'{')
                return false;
        return at++ < code.Length;
    }

    private readonly bool IsPowerOfTen() => code[at..].StartsWith("10*"u8) || code[at..].StartsWith("10^"u8);

    private bool Number(int sign)
    {
        var digits = Digits();
        product?.MultiplyNumber(digits, sign);
        return true;
    }

    private ReadOnlySpan<byte> Digits()
    {
        var start = at;
        while (at < code.Length && char.IsAsciiDigit((char)code[at]))
            at++;
        return code[start..at];
    }

    private bool Simple(int sign)
    {
        if (!Symbol(out var symbol) || !table.TryFind(symbol, out var atom, out var prefix))
            return false;
        var exponent = 1;
        if (IsAt('+') || IsAt('-'))
        {
            exponent = code[at++] == '-' ? -1 : 1;
            if (at == code.Length || !char.IsAsciiDigit((char)code[at]))
                return false;
        }
        if (at < code.Length && char.IsAsciiDigit((char)code[at]) && !TryNumber(Digits(), ref exponent))
            return false;
        product?.Multiply(table, atom, prefix, exponent * sign);
        return true;
    }

    /// <summary>Up to what stands for something else; brackets hold anything up to their end.</summary>
    private bool Symbol(out ReadOnlySpan<byte> symbol)
    {
        var start = at;
        if (IsPowerOfTen())
            at += 3;
        else
            while (at < code.Length && !char.IsAsciiDigit((char)code[at]) && code[at] is not ((byte)'.' or (byte)'/' or (byte)'(' or (byte)')' or (byte)'{' or (byte)'}' or (byte)'+' or (byte)'-'))
            {
                if (code[at] == '[')
                {
                    var end = code[at..].IndexOf((byte)']');
                    if (end < 0)
                        break;
                    at += end;
                }
                at++;
            }
        symbol = code[start..at];
        return at > start;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, ref int exponent)
    {
        if (digits.Length > 4)
            return false;
        var number = 0;
        foreach (var digit in digits)
            number = number * 10 + digit - '0';
        exponent *= number;
        return true;
    }
}
