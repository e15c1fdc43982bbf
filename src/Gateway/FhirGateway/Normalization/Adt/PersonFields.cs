using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Elements that Patient and RelatedPerson have in common.</summary>
internal static class PersonFields
{
    public static void Gender(AdtScope scope, Hl7Value value, string location)
    {
        if (!value.HasValue)
            return;
        if (CodeTables.Gender(value.Code) is { } gender)
            scope.Json.WriteString("gender"u8, gender);
        else
            scope.Report(AdtIssueCodes.UnmappedCode, location);
    }

    public static void Addresses(AdtScope scope, Hl7Value field)
    {
        var json = scope.Json;
        if (!field.HasValue || !HasAny(field))
            return;
        json.WriteStartArray("address"u8);
        foreach (var repetition in field.Repetitions)
            json.Address(repetition);
        json.WriteEndArray();
    }

    /// <summary>Writes into the array "telecom", which it opens at the first value; the caller closes it if the result is true.</summary>
    public static bool Telecoms(AdtScope scope, Hl7Value field, string? use, bool open)
    {
        foreach (var repetition in field.Repetitions)
        {
            var email = repetition.Part(2).Code is "NET" || repetition.Part(3).Code is "Internet" or "INTERNET" or "X.400";
            var value = email ? repetition.TextOf(4) ?? repetition.TextOf(1) : FhirElements.PhoneOf(repetition);
            if (FhirElements.Clean(value) is null)
                continue;
            if (!open)
                scope.Json.WriteStartArray("telecom"u8);
            open = true;
            scope.Json.Telecom(repetition, use);
        }
        return open;
    }

    private static bool HasAny(Hl7Value field)
    {
        foreach (var repetition in field.Repetitions)
            for (var n = 1; n <= 6; n++)
                if (repetition.TextOf(n) is not null)
                    return true;
        return false;
    }
}
