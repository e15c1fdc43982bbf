using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Normalization;

namespace FhirGateway.People;

/// <summary>Hash of family, given, birth date, sex and five-digit ZIP after case folding; exists only if all five are present.</summary>
public readonly record struct DemographicKey(Guid Value)
{
    public static DemographicKey? Of(PatientFacts facts)
    {
        var family = Fold(facts.Family);
        var given = Fold(facts.Given);
        var zip = Zip(facts.PostalCode);
        if (family is null || given is null || zip is null || facts.BirthDate is not { } birth
            || facts.Sex is not ("male" or "female" or "other"))
            return null;
        var text = string.Join('\n', family, given, birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), facts.Sex, zip);
        return new DemographicKey(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)));
    }

    private static string? Fold(string? name) =>
        string.IsNullOrWhiteSpace(name) ? null : name.Trim().Normalize(NormalizationForm.FormC).ToUpperInvariant();

    private static string? Zip(string? postalCode)
    {
        if (postalCode is null)
            return null;
        Span<char> digits = stackalloc char[5];
        var n = 0;
        foreach (var c in postalCode)
        {
            if (n < 5 && char.IsAsciiDigit(c))
                digits[n++] = c;
        }

        return n == 5 ? new string(digits) : null;
    }
}
