using System.Globalization;
using System.Text;
using FhirGateway.Episodes;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>Reads a FHIR date, dateTime or instant as a moment: its text stays, its instant begins in the feed's zone where it names none.</summary>
internal static class FhirMoment
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static Moment? Read(string? text, TimeZoneInfo zone)
    {
        if (text is null || text.Length < 4 || text.Length > 40 || !ServicePeriodReader.TryDays(Encoding.UTF8.GetBytes(text), out var day, out _))
            return null;
        if (text.Length <= 10)
        {
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            return new Moment(text, new DateTimeOffset(midnight, IsAtEdge(day.Year) ? TimeSpan.Zero : zone.GetUtcOffset(midnight)));
        }

        var zoned = text[^1] == 'Z' ? text[..^1] + "+00:00" : text;
        return !IsAtEdge(day.Year) && DateTimeOffset.TryParseExact(Shortened(zoned), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? new Moment(text, instant)
            : null;
    }

    /// <summary>More than seven digits of a second are cut: no clock here tells more.</summary>
    private static string Shortened(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? -1 : text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9');
        return end > 7 ? string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(dot + 1 + end)) : text;
    }

    /// <summary>At the ends of the calendar an offset would leave it.</summary>
    private static bool IsAtEdge(int year) => year is < 2 or > 9998;
}
