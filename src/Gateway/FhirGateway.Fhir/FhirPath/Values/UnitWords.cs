namespace FhirGateway.Fhir.FhirPath;

/// <summary>The words for durations of the calendar (FHIRPath, "Time-valued Quantities") and the units of UCUM that equal them.</summary>
internal static class UnitWords
{
    /// <summary>The unit of a number without unit.</summary>
    public static byte[] One { get; } = "1"u8.ToArray();

    public static bool IsWord(ReadOnlySpan<char> text) => Unit(text) is not null;

    /// <summary>The unit that a word means: <c>s</c> for <c>seconds</c>; null if it is no such word.</summary>
    public static string? Unit(ReadOnlySpan<char> word) => word switch
    {
        "year" or "years" => "a",
        "month" or "months" => "mo",
        "week" or "weeks" => "wk",
        "day" or "days" => "d",
        "hour" or "hours" => "h",
        "minute" or "minutes" => "min",
        "second" or "seconds" => "s",
        "millisecond" or "milliseconds" => "ms",
        _ => null,
    };
}
