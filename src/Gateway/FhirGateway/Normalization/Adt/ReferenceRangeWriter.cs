using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>OBX-7 as text, and as numbers where it is low-high, or a bound after a sign.</summary>
internal static class ReferenceRangeWriter
{
    public static void Write(AdtScope scope, Hl7Segment obx)
    {
        var range = obx.Field(7).TextSpan;
        if (!FhirElements.HasText(range))
            return;
        var json = scope.Json;
        json.WriteStartArray("referenceRange"u8);
        json.WriteStartObject();
        Split(range, out var low, out var high);
        WriteBound(scope, "low"u8, low, obx.Field(6));
        WriteBound(scope, "high"u8, high, obx.Field(6));
        json.Text("text"u8, range);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>FHIR's ends are inclusive: a range that excludes its bound is given as text alone.</summary>
    private static void Split(ReadOnlySpan<char> range, out ReadOnlySpan<char> low, out ReadOnlySpan<char> high)
    {
        low = high = default;
        var dash = range[1..].IndexOf('-') + 1;
        if (range.StartsWith(">=", StringComparison.Ordinal))
            low = range[2..];
        else if (range.StartsWith("<=", StringComparison.Ordinal))
            high = range[2..];
        else if (dash > 0 && IsNumber(range[..dash]) && IsNumber(range[(dash + 1)..]))
        {
            low = range[..dash];
            high = range[(dash + 1)..];
        }
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => NumberText.TryRead(text.Trim(), stackalloc char[NumberText.Longest], out _);

    private static void WriteBound(AdtScope scope, ReadOnlySpan<byte> name, ReadOnlySpan<char> text, Hl7Value unit)
    {
        Span<char> number = stackalloc char[NumberText.Longest];
        if (!NumberText.TryRead(text.Trim(), number, out var length))
            return;
        scope.Json.WritePropertyName(name);
        QuantityWriter.Write(scope, number[..length], null, unit);
    }
}
