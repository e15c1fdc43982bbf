using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Period elements.</summary>
internal static class PeriodWriter
{
    public static void Write(AdtScope scope, Hl7DateTime? start, Hl7DateTime? end) =>
        Write(scope, start is { } s ? scope.DateTime(s) : null, end is { } e ? scope.DateTime(e) : null);

    /// <summary>As sent; an end before the start is reported and left out.</summary>
    public static void Write(AdtScope scope, Hl7DateTime? start, Hl7DateTime? end, string location)
    {
        if (start is { } s && end is { } e && IsBefore(scope, e, s))
        {
            scope.Report(AdtIssueCodes.InvalidDate, location);
            end = null;
        }
        Write(scope, start, end);
    }

    public static void Write(AdtScope scope, string? start, string? end) => Write(scope.Json, start, end);

    public static void Write(Utf8JsonWriter json, string? start, string? end)
    {
        if (start is null && end is null)
            return;
        json.WriteStartObject("period"u8);
        json.Text("start"u8, start);
        json.Text("end"u8, end);
        json.WriteEndObject();
    }

    /// <summary>A day contains its times, so only what both have is compared.</summary>
    private static bool IsBefore(AdtScope scope, Hl7DateTime end, Hl7DateTime start) =>
        end.HasTime && start.HasTime ? scope.Instant(end) < scope.Instant(start)
        : end.Precision >= Hl7Precision.Day && start.Precision >= Hl7Precision.Day ? end.Date < start.Date
        : end.Value.Year < start.Value.Year;
}
