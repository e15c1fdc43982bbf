using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Elements that several kinds of person have in common.</summary>
internal static class PersonFields
{
    /// <summary>False if there is none that is known.</summary>
    public static bool Gender(AdtScope scope, Hl7Value value, string location)
    {
        if (!value.HasValue)
            return false;
        if (scope.Table(CodeTables.Sex).Find(value.Code) is { } gender)
        {
            scope.Json.WriteString("gender"u8, gender.Code);
            return true;
        }
        scope.Report(AdtIssueCodes.UnmappedCode, location);
        return false;
    }

    public static void Addresses(AdtScope scope, params ReadOnlySpan<Hl7Value> fields)
    {
        var json = scope.Json;
        var count = 0;
        foreach (var field in fields)
            foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
            {
                if (count >= Most || PersonElements.IsOfBirth(repetition) || !PersonElements.SaysWhere(repetition))
                    continue;
                if (count++ == 0)
                    json.WriteStartArray("address"u8);
                scope.Address(repetition);
            }
        if (count > 0)
            json.WriteEndArray();
    }

    /// <summary>Nobody has more; a hostile field may.</summary>
    private const int Most = 50;

    /// <summary>Writes into the array "telecom", which it opens at the first value; the caller closes it if the result is true.</summary>
    public static bool Telecoms(AdtScope scope, Hl7Value field, string? use, bool open)
    {
        var count = 0;
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (count >= Most || PersonElements.NumberOf(repetition) is null)
                continue;
            if (!open)
                scope.Json.WriteStartArray("telecom"u8);
            open = true;
            count++;
            scope.Telecom(repetition, use);
        }
        return open;
    }
}
