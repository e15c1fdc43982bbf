using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Profiles;

/// <summary>The codes that make an Observation a vital sign of FHIR R4, whatever it declares (observation-vitalsigns.html#vitals-table).</summary>
internal static class VitalSigns
{
    /// <summary>Canonical of the profile that the code of an Observation calls for, or null.</summary>
    public static string? Profile(JsonTape tape, int observation)
    {
        var coding = tape.Find(tape.Find(observation, "code"u8), "coding"u8);
        if (coding < 0 || tape[coding].Kind != JsonKind.Array)
            return null;
        for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
            if (tape.Find(item, "system"u8) is >= 0 and var system && tape.IsString(system) && tape.Raw(system).SequenceEqual("http://loinc.org"u8)
                && tape.Find(item, "code"u8) is >= 0 and var code && tape.IsString(code) && Profile(tape.Raw(code)) is { } profile)
                return profile;
        return null;
    }

    private static string? Profile(ReadOnlySpan<byte> loinc)
    {
        if (loinc.SequenceEqual("85353-1"u8))
            return ProfileTable.CoreUrl + "vitalspanel";
        if (loinc.SequenceEqual("9279-1"u8))
            return ProfileTable.CoreUrl + "resprate";
        if (loinc.SequenceEqual("8867-4"u8))
            return ProfileTable.CoreUrl + "heartrate";
        if (loinc.SequenceEqual("2708-6"u8))
            return ProfileTable.CoreUrl + "oxygensat";
        if (loinc.SequenceEqual("8310-5"u8))
            return ProfileTable.CoreUrl + "bodytemp";
        if (loinc.SequenceEqual("8302-2"u8))
            return ProfileTable.CoreUrl + "bodyheight";
        if (loinc.SequenceEqual("9843-4"u8))
            return ProfileTable.CoreUrl + "headcircum";
        if (loinc.SequenceEqual("29463-7"u8))
            return ProfileTable.CoreUrl + "bodyweight";
        if (loinc.SequenceEqual("39156-5"u8))
            return ProfileTable.CoreUrl + "bmi";
        return loinc.SequenceEqual("85354-9"u8) ? ProfileTable.CoreUrl + "bp" : null;
    }
}
