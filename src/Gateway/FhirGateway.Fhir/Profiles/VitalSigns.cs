using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Profiles;

/// <summary>
/// The codes that make an Observation a vital sign of FHIR R4, whatever it declares (observation-vitalsigns.html#vitals-table).
/// The codes of the table always do; codes of the same measurements do where the category says vital-signs.
/// </summary>
internal static class VitalSigns
{
    private static readonly Dictionary<string, string> Magic = Table(
        ("vitalspanel", "85353-1"), ("resprate", "9279-1"), ("heartrate", "8867-4"), ("oxygensat", "2708-6"), ("bodytemp", "8310-5"),
        ("bodyheight", "8302-2"), ("headcircum", "9843-4"), ("bodyweight", "29463-7"), ("bmi", "39156-5"), ("bp", "85354-9"));

    private static readonly Dictionary<string, string> Related = Table(
        ("bodytemp", "276885007 386725007"), ("bp", "76534-7"));

    /// <summary>Canonical of the profile that the code of an Observation calls for, or null.</summary>
    public static string? Profile(JsonTape tape, int observation)
    {
        var coding = tape.Find(tape.Find(observation, "code"u8), "coding"u8);
        if (coding < 0 || tape[coding].Kind != JsonKind.Array)
            return null;
        string? related = null;
        for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
        {
            if (!Has(tape, item, "system"u8, "http://loinc.org"u8) && !Has(tape, item, "system"u8, "http://snomed.info/sct"u8))
                continue;
            if (tape.Find(item, "code"u8) is not (>= 0 and var code) || !tape.IsString(code))
                continue;
            if (Magic.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(tape.Raw(code), out var profile))
                return profile;
            if (Related.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(tape.Raw(code), out var other))
                related = other;
        }
        return related is not null && IsVitalSign(tape, observation) ? related : null;
    }

    private static bool IsVitalSign(JsonTape tape, int observation)
    {
        var categories = tape.Find(observation, "category"u8);
        if (categories < 0 || tape[categories].Kind != JsonKind.Array)
            return false;
        for (var category = categories + 1; category < tape[categories].Next; category = tape[category].Next)
        {
            var coding = tape.Find(category, "coding"u8);
            if (coding < 0 || tape[coding].Kind != JsonKind.Array)
                continue;
            for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
                if (Has(tape, item, "code"u8, "vital-signs"u8)
                    && Has(tape, item, "system"u8, "http://terminology.hl7.org/CodeSystem/observation-category"u8))
                    return true;
        }
        return false;
    }

    private static bool Has(JsonTape tape, int coding, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        tape.Find(coding, name) is >= 0 and var node && tape.IsString(node) && tape.Raw(node).SequenceEqual(value);

    private static Dictionary<string, string> Table(params ReadOnlySpan<(string Profile, string Codes)> rows)
    {
        var table = new Dictionary<string, string>(Utf8KeyComparer.Instance);
        foreach (var (profile, codes) in rows)
            foreach (var code in codes.Split(' '))
                table.Add(code, ProfileTable.CoreUrl + profile);
        return table;
    }
}
