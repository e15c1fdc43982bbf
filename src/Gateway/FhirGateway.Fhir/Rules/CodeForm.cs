namespace FhirGateway.Fhir.Rules;

/// <summary>Codes that cannot be, whatever the release of their system: the check digits of SNOMED CT and LOINC.</summary>
internal static class CodeForm
{
    public static bool IsBroken(string system, string code) => system switch
    {
        "http://snomed.info/sct" => !IsSnomed(code),
        "http://loinc.org" => !IsLoinc(code),
        _ => false,
    };

    /// <summary>6 to 18 digits of which the last is a Verhoeff check digit (SNOMED CT Release File Specification, section 6), or an expression.</summary>
    public static bool IsSnomed(string code)
    {
        if (code.Any(c => !char.IsAsciiDigit(c)))
            return code.IndexOfAny([':', '+', '|', '=']) >= 0;
        if (code.Length is < 6 or > 18 || code[0] == '0')
            return false;
        var check = 0;
        for (var i = 0; i < code.Length; i++)
            check = Multiply(check, Permute(i % 8, code[code.Length - 1 - i] - '0'));
        return check == 0;
    }

    /// <summary>Digits, a hyphen and a Mod 10 check digit; parts and lists begin with letters (LOINC Users' Guide).</summary>
    public static bool IsLoinc(string code)
    {
        var hyphen = code.IndexOf('-', StringComparison.Ordinal);
        if (hyphen < 1 || hyphen != code.Length - 2 || !char.IsAsciiDigit(code[^1]))
            return false;
        var digits = code.AsSpan(0, hyphen);
        if (digits.StartsWith("LP") || digits.StartsWith("LA") || digits.StartsWith("LL") || digits.StartsWith("LG"))
            digits = digits[2..];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            if (i % 2 == 0)
                digit = digit * 2 > 9 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }
        return (10 - (sum % 10)) % 10 == code[^1] - '0';
    }

    /// <summary>The dihedral group of order ten.</summary>
    private static int Multiply(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => ((a + b - 5) % 5) + 5,
        (false, true) => ((a - 5 - b + 5) % 5) + 5,
        (false, false) => (a - b + 5) % 5,
    };

    /// <summary>The permutation (1 5 8 9 4 2 7 0)(3 6), applied <paramref name="times"/> times.</summary>
    private static int Permute(int times, int digit)
    {
        ReadOnlySpan<byte> step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        for (; times > 0; times--)
            digit = step[digit];
        return digit;
    }
}
