using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Period elements.</summary>
internal static class PeriodWriter
{
    public static void Write(AdtScope scope, Hl7DateTime? start, Hl7DateTime? end) =>
        Write(scope, start is { } s ? scope.DateTime(s) : null, end is { } e ? scope.DateTime(e) : null);

    public static void Write(AdtScope scope, string? start, string? end) => Write(scope.Json, start, end);

    public static void Write(Utf8JsonWriter json, string? start, string? end)
    {
        if (start is null && end is null)
            return;
        json.WriteStartObject("period"u8);
        json.Text("start", start);
        json.Text("end", end);
        json.WriteEndObject();
    }
}
