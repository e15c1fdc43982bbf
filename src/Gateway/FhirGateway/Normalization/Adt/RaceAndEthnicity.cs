using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// PID-10 and PID-22 to the extensions of US Core 6.1. A category is one of OMB's codes in CDCREC, or unknown (UNK, ASKU), which does not
/// stand beside a known one; other codes of CDCREC are details. 2131-1 (Other) is neither in US Core 6.1: its text stays. A local code
/// means what the feed's table says, else it contributes its text alone.
/// </summary>
internal static class RaceAndEthnicity
{
    private const string RaceUrl = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race";
    private const string EthnicityUrl = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity";
    private const string OtherRace = "2131-1";
    private const int Most = 10;

    /// <summary>Writes into the array "extension"; true if it is open afterwards.</summary>
    public static bool Write(AdtScope scope, Hl7Segment pid, bool open)
    {
        var races = Read(scope, pid.Field(10), "PID-10", CodeTables.Race);
        var ethnicities = Read(scope, pid.Field(22), "PID-22", CodeTables.Ethnicity);
        Move(races, ethnicities, isEthnicity: true);
        Move(ethnicities, races, isEthnicity: false);
        open = Write(scope, RaceUrl, races, mostCategories: 5, open);
        return Write(scope, EthnicityUrl, ethnicities, mostCategories: 1, open);
    }

    /// <summary>Senders with one list for both put Hispanic among the races. A code of CDCREC says itself which of the two it is.</summary>
    private static void Move(List<Said> from, List<Said> to, bool isEthnicity)
    {
        for (var i = from.Count - 1; i >= 0; i--)
            if (from[i].Code is { System: CodeTables.Cdcrec } code && IsEthnicity(code) == isEthnicity)
            {
                Add(to, from[i]);
                from.RemoveAt(i);
            }
    }

    /// <summary>The ethnicities of CDCREC stand from 2133-7 to 2186-5, between two parts of its races.</summary>
    private static bool IsEthnicity(CodeTarget code) =>
        int.TryParse(code.Code.AsSpan(0, Math.Min(4, code.Code.Length)), System.Globalization.CultureInfo.InvariantCulture, out var number) && number is >= 2133 and <= 2186;

    private static List<Said> Read(AdtScope scope, Hl7Value field, string location, CodeTable standard)
    {
        var found = new List<Said>(2);
        if (!field.HasValue)
            return found;
        var table = scope.Table(standard);
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            var code = repetition.Part(1).Code;
            var text = FhirElements.Clean(repetition.TextOf(2));
            if (found.Count >= Most || (code.IsEmpty && text is null))
                continue;
            var target = table.EntryOf(code, repetition.Part(3).TextSpan)?.Target ?? Detail(repetition, code);
            if (target is null && code is not OtherRace)
                scope.Report(AdtIssueCodes.UnmappedCode, location);
            if (target is not null || text is not null || code is OtherRace)
                Add(found, new Said(target, text ?? target?.Display ?? target?.Code ?? "Other"));
        }
        return found;
    }

    private static void Add(List<Said> found, Said said)
    {
        foreach (var other in found)
            if (said.Code is { } code ? other.Code?.Code == code.Code : other == said)
                return;
        found.Add(said);
    }

    /// <summary>A code of CDCREC that is not in the field's own table. The system must be named: a local code may look the same.</summary>
    private static CodeTarget? Detail(Hl7Value value, ReadOnlySpan<char> code)
    {
        var isCdcrec = code is { Length: 6 } && code is not OtherRace && code[4] == '-' && char.IsAsciiDigit(code[5]) && code[..4].IndexOfAnyExceptInRange('0', '9') < 0
            && (CodeSystems.Find(value.Part(3).TextSpan) == CodeTables.Cdcrec || value.Part(3).Code is "HL70005" or "HL70189");
        // What the sender calls a detail is text: the code system has a display of its own.
        return isCdcrec ? CodeTables.Race.Find(code) ?? CodeTables.Ethnicity.Find(code) ?? new CodeTarget(CodeTables.Cdcrec, code.ToString(), null) : null;
    }

    private static bool Write(AdtScope scope, string url, List<Said> said, int mostCategories, bool open)
    {
        if (said.Count == 0)
            return open;
        var json = scope.Json;
        if (!open)
            json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteStartArray("extension"u8);
        var known = said.Exists(s => s.Code is { } code && IsCategory(code) && code.System != CodeTables.NullFlavor);
        var categories = 0;
        foreach (var each in said)
            if (each.Code is { } code)
            {
                var isCategory = IsCategory(code);
                if (isCategory && ((known && code.System == CodeTables.NullFlavor) || ++categories > mostCategories))
                    continue;
                json.WriteStartObject();
                json.WriteString("url"u8, isCategory ? "ombCategory"u8 : "detailed"u8);
                json.WritePropertyName("valueCoding"u8);
                json.Coding(code);
                json.WriteEndObject();
            }
        json.WriteStartObject();
        json.WriteString("url"u8, "text"u8);
        json.WriteString("valueString"u8, said.Count == 1 ? said[0].Text : string.Join(", ", said.Select(s => s.Text)));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("url"u8, url);
        json.WriteEndObject();
        return true;
    }

    private static bool IsCategory(CodeTarget code) =>
        code.System == CodeTables.NullFlavor || code.Code is "1002-5" or "2028-9" or "2054-5" or "2076-8" or "2106-3" or "2135-2" or "2186-5";

    /// <summary>One repetition: its code, if it is one that US Core takes, and its text.</summary>
    private sealed record Said(CodeTarget? Code, string Text);
}
