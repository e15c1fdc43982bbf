using System.Globalization;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// Reads Retry-After (RFC 9110 section 10.2.3) in every form seen: seconds, a date, and the absolute second or millisecond
/// since 1970 that some servers send.
/// </summary>
public static class RetryAfterReader
{
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Most = TimeSpan.FromHours(1);

    /// <summary>A number this close to now is a point in time and no length: nobody asks for a wait of fifty years.</summary>
    private static readonly TimeSpan Nearby = TimeSpan.FromDays(2);

    /// <summary>How long to wait, from 1 s to 1 h; null where the value is absent or says nothing.</summary>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        var text = value.AsSpan().Trim();
        if (text.IsEmpty || text.Length > 64)
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return Clamp(Seconds(number, now));
        if (DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var until))
            return Clamp((decimal)(until - now).TotalSeconds);
        return null;
    }

    /// <summary>The three forms of RFC 9110 section 5.6.7, and the one of RFC 3339.</summary>
    private static readonly string[] Forms =
    [
        "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", "dddd, dd-MMM-yy HH':'mm':'ss 'GMT'", "ddd MMM d HH':'mm':'ss yyyy", "yyyy-MM-dd'T'HH':'mm':'ssK", "yyyy-MM-dd'T'HH':'mm':'ss.FFFFFFFK",
    ];

    private static decimal Seconds(decimal number, DateTimeOffset now)
    {
        foreach (var seconds in (ReadOnlySpan<decimal>)[number, number / 1000])
        {
            var ahead = seconds - now.ToUnixTimeMilliseconds() / 1000m;
            if (Math.Abs(ahead) <= (decimal)Nearby.TotalSeconds)
                return ahead;
        }

        return number;
    }

    private static TimeSpan Clamp(decimal seconds) =>
        seconds <= 1 ? Least : seconds >= (decimal)Most.TotalSeconds ? Most : TimeSpan.FromSeconds((double)Math.Ceiling(seconds));
}
