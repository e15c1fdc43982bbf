using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>OBX-5 by the type that OBX-2 names. What is not of that type is kept as text, with an issue.</summary>
internal static class ObservationValue
{
    /// <summary>Writes value[x] from one repetition; false if it has no value or is of a type that a value cannot have.</summary>
    public static bool Write(AdtScope scope, Hl7Segment obx, Hl7Value value)
    {
        var json = scope.Json;
        switch (obx.Field(2).Code)
        {
            case "NM":
                return Number(scope, obx, value);
            case "SN":
                return Structured(scope, obx, value);
            case "CE" or "CWE" or "CNE" or "CF" or "IS" or "ID":
                return scope.Concept("valueCodeableConcept", value, "OBX-5");
            case "TS" or "DT" or "DTM":
                return value.HasValue && scope.DateTime("valueDateTime"u8, value, "OBX-5");
            case "TM":
                return Time(scope, value);
            case "ST" or "TX" or "FT" or "":
                return json.Text("valueString"u8, value.TextSpan);
            default:
                if (value.HasValue)
                    scope.Report(AdtIssueCodes.UnsupportedValue, "OBX-5");
                return false;
        }
    }

    private static bool Number(AdtScope scope, Hl7Segment obx, Hl7Value value)
    {
        var text = value.TextSpan;
        if (text.IsEmpty)
            return false;
        Span<char> number = stackalloc char[NumberText.Longest];
        if (!NumberText.TryRead(text, number, out var length))
            return AsText(scope, text);
        scope.Json.WritePropertyName("valueQuantity"u8);
        QuantityWriter.Write(scope, number[..length], null, obx.Field(6));
        return true;
    }

    /// <summary>SN: a comparison, a range or a ratio of numbers.</summary>
    private static bool Structured(AdtScope scope, Hl7Segment obx, Hl7Value value)
    {
        var json = scope.Json;
        Span<char> first = stackalloc char[NumberText.Longest];
        Span<char> second = stackalloc char[NumberText.Longest];
        var hasFirst = NumberText.TryRead(value.Part(2).TextSpan, first, out var n1);
        var hasSecond = NumberText.TryRead(value.Part(4).TextSpan, second, out var n2);
        var comparison = value.Part(1).TextSpan;
        var separator = value.Part(3).TextSpan;
        var comparator = comparison switch { "<" => "<", "<=" => "<=", ">" => ">", ">=" => ">=", _ => null };
        var isPlain = comparator is not null || comparison is "" or "=";
        if (hasFirst && isPlain && separator.IsEmpty && !value.Part(4).HasValue)
        {
            json.WritePropertyName("valueQuantity"u8);
            QuantityWriter.Write(scope, first[..n1], comparator, obx.Field(6));
            return true;
        }
        if (hasFirst && hasSecond && comparison is "" && separator is "-")
        {
            json.WriteStartObject("valueRange"u8);
            json.WritePropertyName("low"u8);
            QuantityWriter.Write(scope, first[..n1], null, obx.Field(6));
            json.WritePropertyName("high"u8);
            QuantityWriter.Write(scope, second[..n2], null, obx.Field(6));
            json.WriteEndObject();
            return true;
        }
        if (hasFirst && hasSecond && isPlain && separator is ":" or "/")
        {
            json.WriteStartObject("valueRatio"u8);
            json.WritePropertyName("numerator"u8);
            QuantityWriter.Write(scope, first[..n1], comparator, default);
            json.WritePropertyName("denominator"u8);
            QuantityWriter.Write(scope, second[..n2], null, default);
            json.WriteEndObject();
            return true;
        }
        var text = string.Concat(comparison, value.Part(2).TextSpan, separator, value.Part(4).TextSpan);
        // 10+ and 1^+ are what the standard calls categorical: no fault of theirs.
        return separator is "+" ? scope.Json.Text("valueString"u8, text) : AsText(scope, text);
    }

    /// <summary>HH[MM[SS]] to a time of day.</summary>
    private static bool Time(AdtScope scope, Hl7Value value)
    {
        var text = value.Code;
        if (text.IsEmpty)
            return false;
        Span<char> digits = stackalloc char[6];
        digits.Fill('0');
        if (text.Length is not (2 or 4 or 6) || text.IndexOfAnyExceptInRange('0', '9') >= 0)
            return AsText(scope, text);
        text.CopyTo(digits);
        if (!TimeOnly.TryParseExact(digits, "HHmmss", null, System.Globalization.DateTimeStyles.None, out _))
            return AsText(scope, text);
        Span<char> time = ['0', '0', ':', '0', '0', ':', '0', '0'];
        digits[..2].CopyTo(time);
        digits[2..4].CopyTo(time[3..]);
        digits[4..].CopyTo(time[6..]);
        scope.Json.WriteString("valueTime"u8, time);
        return true;
    }

    private static bool AsText(AdtScope scope, ReadOnlySpan<char> text)
    {
        scope.Report(AdtIssueCodes.InvalidNumber, "OBX-5");
        return scope.Json.Text("valueString"u8, text);
    }
}
