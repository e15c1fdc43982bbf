using System.Globalization;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What PV2 adds to an Encounter beside its reason: how the patient arrived, how urgent it was, how long it took.</summary>
internal static class VisitDetails
{
    /// <summary>PV2-8 and PV2-9, in the elements that Encounter got for them in R5, and PV2-38.</summary>
    public static void WriteExtensions(AdtScope scope, Hl7Segment pv2)
    {
        var open = WritePlanned(scope, "plannedStartDate", pv2.Field(8), "PV2-8", open: false);
        open = WritePlanned(scope, "plannedEndDate", pv2.Field(9), "PV2-9", open);
        open = WriteArrival(scope, pv2, open);
        if (open)
            scope.Json.WriteEndArray();
    }

    private static bool WritePlanned(AdtScope scope, string element, Hl7Value value, string location, bool open)
    {
        if (scope.Time(value, location) is not { } time)
            return open;
        var json = scope.Json;
        if (!open)
            json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter." + element);
        json.WriteString("valueDateTime"u8, scope.DateTime(time));
        json.WriteEndObject();
        return true;
    }

    private static bool WriteArrival(AdtScope scope, Hl7Segment pv2, bool open)
    {
        var mode = pv2.Field(38);
        var code = mode.Part(1).TextSpan;
        if (!FhirElements.HasText(code))
            return open;
        var json = scope.Json;
        var table = scope.Table(CodeTables.ArrivalMode);
        if (!open)
            json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/StructureDefinition/encounter-modeOfArrival"u8);
        json.WritePropertyName("valueCoding"u8);
        if (table.Find(code) is { } target)
            json.Coding(target);
        else
            json.Coding(CodeSystems.Of(scope, mode.Part(3).TextSpan, code, table, "PV2-38"), code, mode.Part(2).TextSpan);
        json.WriteEndObject();
        return true;
    }

    /// <summary>PV2-25, and PV2-11 in days.</summary>
    public static void Write(AdtScope scope, Hl7Segment pv2)
    {
        scope.Concept("priority", pv2.Field(25), "PV2-25", CodeTables.VisitPriority);
        if (!int.TryParse(pv2.Field(11).Code, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days > 100_000)
            return;
        var json = scope.Json;
        json.WriteStartObject("length"u8);
        json.WriteNumber("value"u8, days);
        json.WriteString("unit"u8, "days"u8);
        json.WriteString("system"u8, CodeTables.Ucum);
        json.WriteString("code"u8, "d"u8);
        json.WriteEndObject();
    }
}
