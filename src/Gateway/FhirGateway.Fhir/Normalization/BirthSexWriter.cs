using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>The extension us-core-birthsex out of one with a Coding or CodeableConcept.</summary>
internal static class BirthSexWriter
{
    private static ReadOnlySpan<byte> AdministrativeGender => "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"u8;

    private static ReadOnlySpan<byte> Gender => "http://hl7.org/fhir/administrative-gender"u8;

    /// <summary>Whether the value is a code that us-core-birthsex of 3.1.1 and later takes.</summary>
    public static bool IsCode(NormalizationPass pass, int value) =>
        pass.Is(value, "F"u8) || pass.Is(value, "M"u8) || pass.Is(value, "UNK"u8);

    public static bool Replace(NormalizationPass pass, int extension)
    {
        var tape = pass.Tape;
        var concept = tape.Find(extension, "valueCodeableConcept"u8);
        var codings = tape.Find(concept, "coding"u8);
        var coding = concept < 0 ? tape.Find(extension, "valueCoding"u8) : pass.IsArray(codings) ? tape.FirstItem(codings) : -1;
        if (coding < 0 || (concept >= 0 && tape[coding].Next != tape[codings].Next))
            return false;
        var code = Code(pass, coding);
        if (code.IsEmpty)
            return false;
        if (HasMore(pass, extension, concept, coding, code))
        {
            pass.Patches.Insert(pass.EndOf(extension), ",{\"url\":\""u8, DemographicRules.UrlOf(DemographicKind.BirthSex), "\",\"valueCode\":\""u8);
            pass.Patches.Insert(pass.EndOf(extension), code, "\"}"u8);
        }
        else
        {
            pass.Handle(extension);
            pass.Patches.Replace(tape[extension].Start, tape[extension].Length, (byte[])
                [.. "{\"url\":\""u8, .. DemographicRules.UrlOf(DemographicKind.BirthSex), .. "\",\"valueCode\":\""u8, .. code, .. "\"}"u8]);
        }
        pass.Changes.Add(NormalizationRule.BirthSex, extension);
        return true;
    }

    private static ReadOnlySpan<byte> Code(NormalizationPass pass, int coding)
    {
        var system = pass.Tape.Find(coding, "system"u8);
        var code = pass.Tape.Find(coding, "code"u8);
        var isGender = pass.IsSystem(system, AdministrativeGender) || pass.IsSystem(system, Gender);
        if (isGender && (pass.Is(code, "F"u8) || pass.Is(code, "female"u8)))
            return "F"u8;
        if (isGender && (pass.Is(code, "M"u8) || pass.Is(code, "male"u8)))
            return "M"u8;
        return pass.IsSystem(system, RaceCodes.NullFlavors) && pass.Is(code, "UNK"u8) ? "UNK"u8 : default;
    }

    /// <summary>Whether something was sent that the code alone does not say.</summary>
    private static bool HasMore(NormalizationPass pass, int extension, int concept, int coding, ReadOnlySpan<byte> code)
    {
        var tape = pass.Tape;
        var text = tape.Find(concept, "text"u8);
        return Properties(tape, extension) > 2 || (concept >= 0 && Properties(tape, concept) > (text < 0 ? 1 : 2))
            || (text >= 0 && !IsName(pass, text, code)) || HasMore(pass, coding, code);
    }

    private static bool HasMore(NormalizationPass pass, int coding, ReadOnlySpan<byte> code)
    {
        var display = pass.Tape.Find(coding, "display"u8);
        return Properties(pass.Tape, coding) > (display < 0 ? 2 : 3) || (display >= 0 && !IsName(pass, display, code));
    }

    private static bool IsName(NormalizationPass pass, int text, ReadOnlySpan<byte> code) => code[0] switch
    {
        (byte)'F' => pass.Is(text, "Female"u8) || pass.Is(text, "female"u8) || pass.Is(text, "F"u8),
        (byte)'M' => pass.Is(text, "Male"u8) || pass.Is(text, "male"u8) || pass.Is(text, "M"u8),
        _ => pass.Is(text, "Unknown"u8) || pass.Is(text, "unknown"u8) || pass.Is(text, "UNK"u8),
    };

    private static int Properties(JsonTape tape, int obj)
    {
        var number = 0;
        for (var name = obj + 1; name < tape[obj].Next; name = tape[name + 1].Next)
            number++;
        return number;
    }
}
