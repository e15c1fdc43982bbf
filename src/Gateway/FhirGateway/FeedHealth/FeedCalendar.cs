namespace FhirGateway.FeedHealth;

/// <summary>The hours of the week in a feed's zone: what an hour of the clock in UTC is there, whatever daylight saving does.</summary>
internal sealed class FeedCalendar(TimeZoneInfo zone)
{
    public const int Slots = 7 * 24;

    /// <summary>Hours since 1970 in UTC.</summary>
    public static long HourOf(DateTimeOffset time) => Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerHour, out var rest) - (rest < 0 ? 1 : 0);

    public static DateTimeOffset StartOf(long hour) => DateTimeOffset.UnixEpoch.AddHours(hour);

    /// <summary>Weekday (0 is Sunday) times 24 plus hour. A holiday is a Sunday.</summary>
    public int SlotOf(long hour)
    {
        var local = LocalOf(hour);
        var day = UsHolidays.IsHoliday(DateOnly.FromDateTime(local)) ? DayOfWeek.Sunday : local.DayOfWeek;
        return ((int)day * 24) + local.Hour;
    }

    public bool IsHoliday(long hour) => UsHolidays.IsHoliday(DateOnly.FromDateTime(LocalOf(hour)));

    /// <summary>The hour in UTC in which the local day of an hour began.</summary>
    public long DayOf(long hour)
    {
        // Walked, not computed: a day may have 23 or 25 hours.
        var day = LocalOf(hour).Date;
        while (LocalOf(hour - 1).Date == day)
            hour--;
        return hour;
    }

    /// <summary>The middle of the hour, where no zone with half an hour's offset is on the edge.</summary>
    private DateTime LocalOf(long hour) => TimeZoneInfo.ConvertTime(StartOf(hour).AddMinutes(30), zone).DateTime;
}
