namespace FhirGateway.Episodes;

/// <summary>Compares times that are written with different precision.</summary>
internal static class Moments
{
    private const int DayLength = 10;

    /// <summary>True if the one certainly lies before the other: a day does not lie before an hour of that day, nor after it.</summary>
    public static bool IsBefore(this Moment one, Moment other)
    {
        if (one.Instant >= other.Instant)
            return false;
        var length = Math.Min(one.Text?.Length ?? 0, other.Text?.Length ?? 0);
        return length > DayLength || !one.Text.AsSpan(0, length).SequenceEqual(other.Text.AsSpan(0, length));
    }

    /// <summary>Written without an hour.</summary>
    public static bool IsDay(this Moment moment) => (moment.Text?.Length ?? 0) <= DayLength;

    /// <summary>The end of a period that cannot lie before its start.</summary>
    public static Moment? EndNotBefore(Moment? end, Moment? start) =>
        end is { } e && start is { } s && e.IsBefore(s) ? start : end;
}
