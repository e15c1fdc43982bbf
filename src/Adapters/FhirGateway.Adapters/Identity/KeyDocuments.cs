using System.Globalization;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.Identity;

/// <summary>Reads the JSON documents that keys come in: key sets of clients, discovery and key set of an issuer.</summary>
public sealed class KeyDocuments(EgressClient egress)
{
    private const int MostBytes = 1 << 20;

    /// <summary>Where the publisher says nothing.</summary>
    private static readonly TimeSpan DefaultFresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastFresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostFresh = TimeSpan.FromHours(24);

    /// <summary>Fetches a document.</summary>
    /// <param name="owner">For whom: the id of a client, or a fixed word.</param>
    /// <param name="url">Where; the whole way must be on its origin.</param>
    /// <param name="allow">Its origin, if that may be plain HTTP or private; null otherwise.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EgressException">It cannot be had.</exception>
    /// <exception cref="InvalidDataException">The answer is another one than 200.</exception>
    internal async Task<Fetched<byte[]>> ReadAsync(string owner, Uri url, string? allow, CancellationToken cancellationToken)
    {
        var request = EgressRequest.Get(url) with
        {
            Headers = [new EgressHeader("Accept", "application/jwk-set+json, application/json")],
            Deadline = RemoteValue<object>.Timeout,
            MayRetry = false,
        };
        await using var response = await egress.SendAsync(request, EgressAllowance.Of(owner, url, allow is null ? [] : [allow]), cancellationToken);
        if (response.Status != 200)
            throw new InvalidDataException($"{EgressUrl.Shown(url)} answers {response.Status}");
        var bytes = await response.ReadAsync(MostBytes, cancellationToken);
        return new Fetched<byte[]>(bytes, FreshFor(response.Header("Cache-Control")));
    }

    /// <summary>
    /// How long a cache may use the answer (RFC 9111 section 5.2.2). SMART asks not to keep a key set longer than its
    /// Cache-Control says; no publisher makes the gateway ask more than once a minute.
    /// </summary>
    internal static TimeSpan FreshFor(string? cacheControl)
    {
        if (cacheControl is null)
            return DefaultFresh;
        var fresh = DefaultFresh;
        foreach (var directive in cacheControl.Split(',', StringSplitOptions.TrimEntries))
        {
            if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase) || directive.StartsWith("no-cache", StringComparison.OrdinalIgnoreCase))
                return LeastFresh;
            if (directive.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(directive.AsSpan("max-age=".Length).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                fresh = TimeSpan.FromSeconds(seconds);
            }
        }

        return fresh < LeastFresh ? LeastFresh : fresh > MostFresh ? MostFresh : fresh;
    }
}
