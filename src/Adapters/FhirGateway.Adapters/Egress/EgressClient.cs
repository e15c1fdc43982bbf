using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// The one way out of the gateway. It goes to allowed origins only, connects to addresses that it checked itself, follows no
/// redirect that was not asked for, takes no proxy and no cookie, and lets no credential across an origin.
/// </summary>
public sealed partial class EgressClient(EgressOptions options, TimeProvider clock, ILogger<EgressClient> log) : IDisposable
{
    private const int MostHops = 3;
    private const string UserAgent = "fhir-gateway";

    /// <summary>What may go to another origin: it says which bytes we want, not who we are.</summary>
    private static readonly string[] CarriedAcross = ["Accept", "Accept-Encoding", "Range", "If-Range"];
    private readonly ConcurrentDictionary<(string Owner, EgressOrigin Origin, EgressReach Reach), Lazy<EgressHost>> hosts = new();

    /// <summary>
    /// Returns once the headers of the answer are there, whatever its status; 429, and 503 with Retry-After, are the caller's.
    /// Throws <see cref="EgressException"/>.
    /// </summary>
    public async Task<EgressResponse> SendAsync(EgressRequest request, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        try
        {
            Check(request);
            using var late = request.Deadline is { } deadline ? new CancellationTokenSource(deadline, clock) : null;
            using var both = late is null ? null : CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                return await FollowAsync(request, allowance, both?.Token ?? cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (late is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
            {
                throw new EgressException(EgressFaultCode.Timeout, request.Url, "no answer before the deadline", e);
            }
        }
        catch (EgressException e)
        {
            if (e.IsTransient)
                Log.Failed(log, allowance.Owner, EgressUrl.HostOf(request.Url), e.Code);
            else
                Log.Refused(log, allowance.Owner, EgressUrl.HostOf(request.Url), e.Code);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var host in hosts.Values)
            host.Value.Dispose();
    }

    private static void Check(EgressRequest request)
    {
        if (!request.Url.IsAbsoluteUri || !EgressUrl.TryRead(request.Url.OriginalString, out _, out var fault))
            throw new EgressException(EgressFaultCode.UrlRefused, new Uri("https://refused.invalid/"), "the URL is not an absolute https or http URL that may be called");
        if (request.Headers.Length > 2 * HeaderRules.MostHeaders)
            throw new EgressException(EgressFaultCode.HeaderRefused, request.Url, "too many headers");
        foreach (var header in request.Headers)
        {
            if (HeaderRules.Fault(header.Name, header.Value) is { } headerFault)
                throw new EgressException(EgressFaultCode.HeaderRefused, request.Url, headerFault);
            if (request.Credential is not null && header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                throw new EgressException(EgressFaultCode.HeaderRefused, request.Url, "header Authorization beside a credential");
        }

        if (request.Credential is { } credential && !credential.Origin.IsOf(request.Url))
            throw new EgressException(EgressFaultCode.CredentialRefused, request.Url, "the credential belongs to another origin");
    }

    private async Task<EgressResponse> FollowAsync(EgressRequest request, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        for (var hop = 0; ; hop++)
        {
            var response = await SendOnceAsync(request, allowance, cancellationToken).ConfigureAwait(false);
            if (response.Location is not { } location)
                return response;
            await response.DisposeAsync().ConfigureAwait(false);
            if (hop == MostHops)
                throw new EgressException(EgressFaultCode.RedirectRefused, request.Url, $"more than {MostHops} redirects");
            request = Redirected(request, location, allowance);
        }
    }

    private static EgressRequest Redirected(EgressRequest request, string location, EgressAllowance allowance)
    {
        if (request.Redirects == EgressRedirects.Refused || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
            throw Refused(request, "a redirect, and none is followed here");
        if (!EgressUrl.TryResolve(request.Url, location, out var url, out var fault))
            throw Refused(request, $"a redirect whose target {fault}");
        var target = EgressOrigin.Of(url);
        if (target.IsOf(request.Url))
            return request with { Url = url };
        if (request.Redirects != EgressRedirects.AllowedOrigins || !allowance.Allows(url))
            throw Refused(request, $"a redirect to {target}, which is not allowed");
        if (!target.IsHttps && EgressOrigin.Of(request.Url).IsHttps)
            throw Refused(request, $"a redirect from https to {target}");
        var carried = request.Headers.Where(h => CarriedAcross.Contains(h.Name, StringComparer.OrdinalIgnoreCase)).ToImmutableArray();
        return request with { Url = url, Headers = carried, Credential = null };
    }

    private static EgressException Refused(EgressRequest request, string reason) => new(EgressFaultCode.RedirectRefused, request.Url, reason);

    private async Task<EgressResponse> SendOnceAsync(EgressRequest request, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        var host = HostOf(request.Url, allowance);
        await host.Places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var repeatable = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Delete;
            var message = await host.SendAsync(() => Message(request), request.Url, repeatable && (request.MayRetry ?? true), cancellationToken).ConfigureAwait(false);
            return new EgressResponse(message, request.Url, host.Places, clock);
        }
        catch
        {
            host.Places.Release();
            throw;
        }
    }

    private EgressHost HostOf(Uri url, EgressAllowance allowance)
    {
        var reach = allowance.Judge(url);
        if (reach == EgressReach.Nowhere)
            throw new EgressException(EgressFaultCode.NotAllowed, url, $"origin {EgressOrigin.Of(url)} is not allowed");
        return hosts.GetOrAdd((allowance.Owner, EgressOrigin.Of(url), reach), key => new Lazy<EgressHost>(() => new EgressHost(key.Origin, key.Reach, options, clock))).Value;
    }

    private static HttpRequestMessage Message(EgressRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (request.ContentType is not null)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var header in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(header.Name, header.Value))
                throw new EgressException(EgressFaultCode.HeaderRefused, request.Url, $"header {header.Name} may not be set");
        }

        if (request.Credential is { } credential && credential.Origin.IsOf(request.Url))
            message.Headers.Authorization = new AuthenticationHeaderValue(credential.Scheme, credential.Value);
        return message;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A request of {Owner} to {Host} was refused: {Code}")]
        public static partial void Refused(ILogger log, string owner, string host, EgressFaultCode code);

        [LoggerMessage(2, LogLevel.Information, "A request of {Owner} to {Host} failed: {Code}")]
        public static partial void Failed(ILogger log, string owner, string host, EgressFaultCode code);
    }
}
