namespace FhirGateway.Host.Endpoints;

/// <summary>
/// How often a polling URL may be asked: so many requests at once, then one every while (Bulk Data: "the server SHOULD keep an
/// accounting of status queries"). Nothing here grows beyond a fixed number of URLs.
/// </summary>
internal sealed class StatusPolls(TimeProvider clock)
{
    public const int Burst = 20;
    private const int MostUrls = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, DateTimeOffset> spent = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Whether this poll may be answered; else after how many seconds the next one may.</summary>
    public bool TryTake(string url, out int retryAfter)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (spent.Count >= MostUrls)
                Forget(now);
            // The time up to which the allowance is used up; it may lie Burst polls ahead.
            var until = spent.TryGetValue(url, out var known) && known > now ? known : now;
            if (until - now > Every * (Burst - 1))
            {
                retryAfter = (int)Math.Ceiling((until - now - (Every * (Burst - 1))).TotalSeconds);
                return false;
            }

            spent[url] = until + Every;
        }

        retryAfter = 0;
        return true;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (url, until) in spent)
        {
            if (until <= now)
                spent.Remove(url);
        }

        if (spent.Count >= MostUrls)
            spent.Clear();
    }
}
