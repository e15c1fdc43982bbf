namespace FhirGateway.Organizations;

/// <summary>National Provider Identifiers: 10 digits, the first 1 or 2, the last a Luhn check digit over 80840 and the rest (CMS).</summary>
public static class Npi
{
    private const int Digits = 10;

    /// <summary>What the prefix 80840 adds to the Luhn sum.</summary>
    private const int PrefixSum = 24;

    public static bool IsValid(string text)
    {
        if (text.Length != Digits || text[0] is not ('1' or '2') || !text.All(char.IsAsciiDigit))
            return false;
        var sum = PrefixSum;
        for (var i = 0; i < Digits; i++)
        {
            var digit = text[i] - '0';
            var doubled = i % 2 == 0 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return sum % 10 == 0;
    }
}
