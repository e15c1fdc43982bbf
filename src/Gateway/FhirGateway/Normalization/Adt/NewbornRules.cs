using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>A newborn's registration often repeats its mother's numbers. They are not its own, and must never link it to her.</summary>
internal static class NewbornRules
{
    private const int MostDays = 60;

    /// <summary>PV1-4 says so, or the birth is at most two months before the message. Whoever is older has numbers of its own.</summary>
    public static bool IsNewborn(AdtScope scope)
    {
        if (scope.Message.First("PV1").Field(4).Code is "N")
            return true;
        return Hl7DateTime.TryParse(scope.Message.First("PID").Field(7).Code, out var born) && born.Precision >= Hl7Precision.Day
            && Hl7DateTime.TryParse(scope.Message.Header.Field(7).Code, out var sent)
            && sent.Date.DayNumber - born.Date.DayNumber is >= 0 and <= MostDays;
    }

    /// <summary>The identifier is one of PID-21, the mother's.</summary>
    public static bool IsMothers(AdtScope scope, Hl7Segment pid, ExtendedId id)
    {
        var mothers = pid.Field(21);
        if (!mothers.HasValue || FhirElements.Clean(id.Id) is not { } value || !IsNewborn(scope))
            return false;
        foreach (var repetition in mothers.Repetitions)
        {
            var hers = new ExtendedId(repetition);
            if (FhirElements.Clean(hers.Id) == value && IdentifierSystems.KeyOf(hers.Authority, scope.Facility) == IdentifierSystems.KeyOf(id.Authority, scope.Facility))
                return true;
        }

        return false;
    }

    /// <summary>The number stands with a contact (NK1-37) too: two humans do not share one.</summary>
    public static bool IsMothersSsn(AdtScope scope, string ssn)
    {
        if (!IsNewborn(scope) || IdentifierSystems.AsSsn(ssn) is not { } own)
            return false;
        for (var contact = scope.Message.First("NK1"); contact.Exists; contact = contact.NextSame())
            if (contact.Field(37).Text is { } hers && IdentifierSystems.AsSsn(hers) == own)
                return true;
        return false;
    }
}
