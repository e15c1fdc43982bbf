namespace FhirGateway.FeedHealth;

/// <summary>The federal holidays (5 U.S.C. 6103) and the days on which they are observed. On them a feed is expected to be as on a Sunday.</summary>
internal static class UsHolidays
{
    public static bool IsHoliday(DateOnly day) => IsItself(day)
        || (day.DayOfWeek == DayOfWeek.Monday && IsFixed(day.AddDays(-1)))
        || (day.DayOfWeek == DayOfWeek.Friday && day.DayNumber < DateOnly.MaxValue.DayNumber && IsFixed(day.AddDays(1)));

    private static bool IsItself(DateOnly day) => IsFixed(day) || (day.Month, day.DayOfWeek, (day.Day + 6) / 7) switch
    {
        (1, DayOfWeek.Monday, 3) or (2, DayOfWeek.Monday, 3) or (9, DayOfWeek.Monday, 1) or (10, DayOfWeek.Monday, 2) or (11, DayOfWeek.Thursday, 4) => true,
        (5, DayOfWeek.Monday, _) => day.Day > 24,
        _ => false,
    };

    private static bool IsFixed(DateOnly day) => (day.Month, day.Day) is (1, 1) or (6, 19) or (7, 4) or (11, 11) or (12, 25);
}
