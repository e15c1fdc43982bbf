using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Requests to one source's server: with its token where the server is the one that the token is for, again with a new one when it
/// was refused, and again after a pause while the server is busy or away.
/// </summary>
internal sealed class ExportExchange(EgressClient egress, SmartTokens tokens, SmartClient client, ExportOptions options, TimeProvider clock)
{
    private readonly CredentialProvider? credential = client.Connection.ClientId is null ? null : tokens.For(client);

    public SourceConnection Connection => client.Connection;
    public string FhirUrl => client.Connection.FhirUrl!;
    public EgressAllowance Allowance { get; } = EgressAllowance.Of(client.Source, client.Connection);

    /// <summary>For files whose manifest says that they want a token; null where the source has no credentials.</summary>
    public CredentialProvider? Credential => credential;

    /// <summary>Sends until there is an answer that is not "busy"; gives up after the allowed faults or at the deadline.</summary>
    /// <param name="request">Without credential.</param>
    /// <param name="isBusy">Which statuses mean that the same request may succeed later.</param>
    /// <param name="deadline">After it nothing is tried again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ExportAnswer> SendAsync(EgressRequest request, Func<int, bool> isBusy, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan wait;
            string reason;
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken);
                if (!isBusy(answer.Status))
                    return answer;
                wait = answer.RetryAfter(clock.GetUtcNow()) ?? PollReading.Unasked(attempt);
                reason = $"HTTP {answer.Status}";
            }
            catch (EgressException e) when (e.IsTransient && attempt < options.MostFaults)
            {
                wait = e.RetryAfter ?? PollReading.Unasked(attempt);
                reason = e.Message;
            }
            catch (SmartException e) when (e.IsTransient && attempt < options.MostFaults)
            {
                wait = e.RetryAfter ?? PollReading.Unasked(attempt);
                reason = e.Message;
            }

            await WaitAsync(wait, deadline, reason, cancellationToken);
        }
    }

    /// <summary>Waits; an <see cref="ExportException"/> where the deadline comes before the end of the wait.</summary>
    public async Task WaitAsync(TimeSpan wait, DateTimeOffset deadline, string reason, CancellationToken cancellationToken)
    {
        var paced = wait * options.Pace;
        if (clock.GetUtcNow() + paced > deadline)
            throw new ExportException($"no result within {options.MostWait.TotalHours:0.##} hours; last: {reason}");
        await Task.Delay(paced, clock, cancellationToken);
    }

    private async Task<ExportAnswer> SendOnceAsync(EgressRequest request, CancellationToken cancellationToken)
    {
        // A polling URL of another origin is a capability of its own: our token is not for it.
        if (credential is null || !EgressOrigin.Of(new Uri(FhirUrl)).IsOf(request.Url))
            return await ReadAsync(request, cancellationToken);
        var first = await credential(null, cancellationToken);
        var answer = await ReadAsync(request with { Credential = first }, cancellationToken);
        if (answer.Status != 401)
            return answer;
        return await ReadAsync(request with { Credential = await credential(first, cancellationToken) }, cancellationToken);
    }

    private async Task<ExportAnswer> ReadAsync(EgressRequest request, CancellationToken cancellationToken)
    {
        await using var response = await egress.SendAsync(request, Allowance, cancellationToken);
        var body = await response.ReadAsync(options.Manifest.MostBytes, cancellationToken);
        return new ExportAnswer(response.Status, response.Url, body)
        {
            Headers = ExportAnswer.Kept.Select(n => (n, response.Header(n))).ToDictionary(h => h.n, h => h.Item2, StringComparer.OrdinalIgnoreCase),
        };
    }
}
