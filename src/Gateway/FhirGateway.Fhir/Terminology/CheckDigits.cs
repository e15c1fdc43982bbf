namespace FhirGateway.Fhir.Terminology;

/// <summary>Check digits of identifiers and codes. Digits are ASCII; anything else must have been ruled out.</summary>
internal static class CheckDigits
{
    /// <summary>Products of the dihedral group of order 10 (J. Verhoeff, Error Detecting Decimal Codes, 1969).</summary>
    private static ReadOnlySpan<byte> Dihedral =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
        1, 2, 3, 4, 0, 6, 7, 8, 9, 5,
        2, 3, 4, 0, 1, 7, 8, 9, 5, 6,
        3, 4, 0, 1, 2, 8, 9, 5, 6, 7,
        4, 0, 1, 2, 3, 9, 5, 6, 7, 8,
        5, 9, 8, 7, 6, 0, 4, 3, 2, 1,
        6, 5, 9, 8, 7, 1, 0, 4, 3, 2,
        7, 6, 5, 9, 8, 2, 1, 0, 4, 3,
        8, 7, 6, 5, 9, 3, 2, 1, 0, 4,
        9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ];

    /// <summary>The permutation applied once for each place from the right.</summary>
    private static ReadOnlySpan<byte> Permutation => [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    /// <summary>Modulus 10, double-add-double, the last digit being the check digit (ISO/IEC 7812-1, annex B).</summary>
    /// <param name="digits">All digits.</param>
    /// <param name="start">Sum of digits that stand before and are not written.</param>
    public static bool IsLuhn(ReadOnlySpan<byte> digits, int start = 0)
    {
        var sum = start;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1 && (digit *= 2) > 9)
                digit -= 9;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    public static bool IsVerhoeff(ReadOnlySpan<byte> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            for (var n = i % 8; n > 0; n--)
                digit = Permutation[digit];
            check = Dihedral[check * 10 + digit];
        }
        return check == 0;
    }
}
