using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Numbers with the unit of OBX-6: of UCUM where the sender names UCUM or the table knows the unit, else the text as sent.</summary>
internal static class QuantityWriter
{
    /// <summary>Writes an object; the number must have been read by <see cref="NumberText"/>.</summary>
    public static void Write(AdtScope scope, ReadOnlySpan<char> number, string? comparator, Hl7Value unit)
    {
        var json = scope.Json;
        json.WriteStartObject();
        json.WritePropertyName("value"u8);
        json.WriteRawValue(number, skipInputValidation: true);
        if (comparator is not null)
            json.WriteString("comparator"u8, comparator);
        WriteUnit(scope, unit);
        json.WriteEndObject();
    }

    private static void WriteUnit(AdtScope scope, Hl7Value unit)
    {
        var code = unit.Part(1).TextSpan;
        var name = unit.Part(2).TextSpan;
        if (!FhirElements.HasText(code))
        {
            scope.Json.Text("unit"u8, name);
            return;
        }
        var isUcum = unit.Part(3).Code.Equals("UCUM", StringComparison.OrdinalIgnoreCase);
        var target = scope.Table(CodeTables.Unit).Find(code);
        scope.Json.Text("unit"u8, FhirElements.HasText(name) ? name : code);
        if (target is null && !(isUcum && Fhir.Terminology.Units.UcumUnit.IsValid(code.ToString())))
        {
            scope.Report(AdtIssueCodes.UnmappedCode, "OBX-6");
            return;
        }
        scope.Json.WriteString("system"u8, CodeTables.Ucum);
        scope.Json.Text("code"u8, target is null ? code : target.Code);
    }
}
