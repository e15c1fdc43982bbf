using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// One origin as one owner sees it: its connections, how many may be open, its retries and its circuit breaker. Owners share
/// none of it, so that one cannot use what only the other may reach, nor stop the other by failing.
/// </summary>
internal sealed class EgressHost : IDisposable
{
    private static readonly ResiliencePropertyKey<bool> MayRetry = new("may-retry");
    private readonly EgressOptions options;
    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker invoker;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    public EgressHost(EgressOrigin origin, EgressReach reach, EgressOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        Places = new SemaphoreSlim(options.MostAtOnce, options.MostAtOnce);
        invoker = new HttpMessageInvoker(Handler(new GuardedConnection(origin, reach, options.Resolve), options), disposeHandler: true);
        pipeline = Pipeline();
    }

    /// <summary>How many answers may be open.</summary>
    public SemaphoreSlim Places { get; }

    /// <summary>Sends until there is an answer that is not worth a retry, or no retry is left.</summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, Uri url, bool mayRetry, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(MayRetry, mayRetry);
        try
        {
            return await pipeline.ExecuteAsync(
                static (c, state) => state.Host.AttemptAsync(state.Request, state.Url, c.CancellationToken), context, (Host: this, Request: request, Url: url));
        }
        catch (BrokenCircuitException e)
        {
            throw new EgressException(EgressFaultCode.CircuitOpen, url, "too many requests failed: nothing is sent for a while") { RetryAfter = e.RetryAfter };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose()
    {
        invoker.Dispose();
        Places.Dispose();
    }

    private static SocketsHttpHandler Handler(GuardedConnection connection, EgressOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = options.MostAtOnce,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 * 1024,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = (context, cancellationToken) => connection.OpenAsync(context.DnsEndPoint, cancellationToken),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = options.TrustedRoots is { } roots ? Trusting(roots) : null,
        },
    };

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private ResiliencePipeline<HttpResponseMessage> Pipeline()
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        if (options.MostRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.MostRetries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                MaxDelay = TimeSpan.FromSeconds(30),
                ShouldHandle = a => ValueTask.FromResult(a.Context.Properties.GetValue(MayRetry, false) && IsWorthARetry(a.Outcome)),
                OnRetry = a =>
                {
                    a.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            });
        }

        return builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = 0.5,
            MinimumThroughput = options.BreakerLeastRequests,
            SamplingDuration = options.BreakerWindow,
            BreakDuration = options.BreakerPause,
            ShouldHandle = a => ValueTask.FromResult(IsBroken(a.Outcome)),
        }).Build();
    }

    private static bool IsWorthARetry(Outcome<HttpResponseMessage> outcome) => outcome.Exception is EgressException e
        ? e.Code is EgressFaultCode.Connection or EgressFaultCode.NameUnknown
        : outcome.Result is { } answer && IsBrokenAnswer(answer);

    private static bool IsBroken(Outcome<HttpResponseMessage> outcome) => outcome.Exception is EgressException e
        ? e.Code is EgressFaultCode.Connection or EgressFaultCode.NameUnknown or EgressFaultCode.Timeout or EgressFaultCode.Tls
        : outcome.Result is { } answer && IsBrokenAnswer(answer);

    /// <summary>503 with Retry-After is a word, not a fault: whoever asked decides.</summary>
    private static bool IsBrokenAnswer(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || (answer.StatusCode == HttpStatusCode.ServiceUnavailable && !answer.Headers.NonValidated.Contains("Retry-After"));

    private async ValueTask<HttpResponseMessage> AttemptAsync(Func<HttpRequestMessage> make, Uri url, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.HeaderTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var request = make();
        try
        {
            return await invoker.SendAsync(request, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            request.Dispose();
            throw new EgressException(EgressFaultCode.Timeout, url, late.IsCancellationRequested ? "no answer in time" : "no connection in time", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            request.Dispose();
            throw HttpFaults.Translate(e, url);
        }
    }
}
