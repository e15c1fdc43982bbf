using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>The NPI of the facility that treats: EVN-7 and MSH-4 where they hold one.</summary>
internal static class FacilityNumbers
{
    public static string? NpiOf(AdtScope scope) =>
        NpiIn(new HierarchicDesignator(scope.Message.First("EVN").Field(7)))
        ?? NpiIn(new HierarchicDesignator(scope.Message.Header.Field(4)));

    private static string? NpiIn(HierarchicDesignator facility)
    {
        if (facility.IsEmpty)
            return null;
        if (IsNpi(facility.UniversalId) && facility.UniversalIdType is "NPI" or "")
            return facility.UniversalId;
        return IsNpi(facility.Namespace) ? facility.Namespace : null;
    }

    /// <summary>Ten digits from 1 or 2, whose last is the check digit over 80840 and the others.</summary>
    internal static bool IsNpi(string? text)
    {
        if (text is not { Length: 10 } || text[0] is not ('1' or '2'))
            return false;
        var sum = 24;
        for (var i = 0; i < 10; i++)
        {
            var digit = text[i] - '0';
            if (digit is < 0 or > 9)
                return false;
            var doubled = i % 2 == 0 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}
