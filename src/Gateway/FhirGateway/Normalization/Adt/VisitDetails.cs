using System.Globalization;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What PV2 adds to an Encounter beside its reason: how the patient arrived, how urgent it was, how long it took.</summary>
internal static class VisitDetails
{
    /// <summary>PV2-38.</summary>
    public static void WriteExtension(AdtScope scope, Hl7Segment pv2)
    {
        var mode = pv2.Field(38);
        var code = mode.Part(1).TextSpan;
        if (!FhirElements.HasText(code))
            return;
        var json = scope.Json;
        var table = scope.Table(CodeTables.ArrivalMode);
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/StructureDefinition/encounter-modeOfArrival"u8);
        json.WritePropertyName("valueCoding"u8);
        if (table.Find(code) is { } target)
            json.Coding(target);
        else
            json.Coding(CodeSystems.Of(scope, mode.Part(3).TextSpan, code, table, "PV2-38"), code, mode.Part(2).TextSpan);
        json.WriteEndObject();
        json.WriteEndArray();
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
