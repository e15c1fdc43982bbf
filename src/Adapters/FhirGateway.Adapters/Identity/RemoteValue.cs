using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Identity;

/// <summary>
/// A value that others publish. It is fetched by one at a time and at most once a minute, whoever asks and however often; used
/// for as long as its publisher allows, and while the publisher cannot be reached up to a day from when it was fetched.
/// </summary>
/// <param name="name">What it is, for the log: an id or a fixed word.</param>
/// <param name="fetch">Fetches it; faults are <see cref="IOException"/> and <see cref="InvalidDataException"/>.</param>
/// <param name="clock">Says when.</param>
/// <param name="log">Gets each failed fetch.</param>
internal sealed partial class RemoteValue<T>(string name, Func<CancellationToken, Task<Fetched<T>>> fetch, TimeProvider clock, ILogger log)
    where T : class
{
    /// <summary>Least time between two fetches: nobody makes the gateway ask more often.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>How old a value may get while no newer one can be had.</summary>
    public static readonly TimeSpan MostStale = TimeSpan.FromHours(24);

    /// <summary>Most time of one fetch.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Known? known;
    private Task? fetching;
    private DateTimeOffset nextFetch = DateTimeOffset.MinValue;

    /// <summary>Starts with a value that was fetched before; it is asked for again at the first use.</summary>
    public void Remember(T value, DateTimeOffset fetchedAt) => known = new Known(value, fetchedAt, FreshUntil: fetchedAt);

    /// <summary>The value in force; null where there is none, or only one that is too old.</summary>
    public async ValueTask<T?> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref known) is { } held && clock.GetUtcNow() < held.FreshUntil ? held.Value : await RenewAsync(cancellationToken);

    /// <summary>The value after a fetch, if one may be made now or is under way; else what there is.</summary>
    public async ValueTask<T?> RenewAsync(CancellationToken cancellationToken)
    {
        Task? running;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (fetching is null && now >= nextFetch)
            {
                nextFetch = now + Pause;
                // Of nobody's request: who waits may go away, the others still want it.
                fetching = Task.Run(FetchAsync, CancellationToken.None);
            }

            running = fetching;
        }

        if (running is not null)
            await running.WaitAsync(cancellationToken);
        return Volatile.Read(ref known) is { } held && clock.GetUtcNow() - held.FetchedAt <= MostStale ? held.Value : null;
    }

    private async Task FetchAsync()
    {
        using var deadline = new CancellationTokenSource(Timeout, clock);
        try
        {
            var fetched = await fetch(deadline.Token);
            var now = clock.GetUtcNow();
            Volatile.Write(ref known, new Known(fetched.Value, now, now + fetched.FreshFor));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Log.NotFetched(log, name, e.Message);
        }
        catch (OperationCanceledException)
        {
            Log.NotFetched(log, name, $"no answer within {Timeout.TotalSeconds:0} s");
        }
        finally
        {
            lock (gate)
                fetching = null;
        }
    }

    private sealed record Known(T Value, DateTimeOffset FetchedAt, DateTimeOffset FreshUntil);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Keys of {Name} could not be fetched: {Fault}")]
        public static partial void NotFetched(ILogger logger, string name, string fault);
    }
}
