namespace FhirGateway.Normalization.Adt;

/// <summary>NM to a FHIR decimal, digit by digit: 1.10 stays 1.10.</summary>
internal static class NumberText
{
    /// <summary>More digits than any measurement has.</summary>
    public const int Longest = 32;

    /// <summary>False if the text is no number of v2: a sign, digits, a point, digits.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> number, out int length)
    {
        length = 0;
        if (text.Length is 0 or > Longest - 2)
            return false;
        if (text[0] is '+' or '-')
        {
            if (text[0] == '-')
                number[length++] = '-';
            text = text[1..];
        }
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if ((whole.IsEmpty && fraction.IsEmpty) || whole.IndexOfAnyExceptInRange('0', '9') >= 0 || fraction.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        whole = whole.TrimStart('0');
        if (whole.IsEmpty)
            whole = "0";
        whole.CopyTo(number[length..]);
        length += whole.Length;
        if (fraction.IsEmpty)
            return true;
        number[length++] = '.';
        fraction.CopyTo(number[length..]);
        length += fraction.Length;
        return true;
    }
}
