namespace FhirGateway.FeedHealth;

/// <summary>
/// The holidays on which hospitals do what they do on a Sunday, and the days on which those are observed (5 U.S.C. 6103 has more, on
/// which hospitals work). On them a feed is expected to be as on a Sunday, and nothing is learned.
/// </summary>
internal static class UsHolidays
{
    public static bool IsHoliday(DateOnly day) => IsItself(day)
        || (day.DayOfWeek == DayOfWeek.Monday && IsFixed(day.AddDays(-1)))
        || (day.DayOfWeek == DayOfWeek.Friday && day.DayNumber < DateOnly.MaxValue.DayNumber && IsFixed(day.AddDays(1)));

    /// <summary>Memorial Day, Labor Day, Thanksgiving; New Year, Independence Day, Christmas.</summary>
    private static bool IsItself(DateOnly day) => IsFixed(day) || (day.Month, day.DayOfWeek) switch
    {
        (5, DayOfWeek.Monday) => day.Day > 24,
        (9, DayOfWeek.Monday) => day.Day <= 7,
        (11, DayOfWeek.Thursday) => day.Day is >= 22 and <= 28,
        _ => false,
    };

    private static bool IsFixed(DateOnly day) => (day.Month, day.Day) is (1, 1) or (7, 4) or (12, 25);
}
