using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Organizations;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Smart;

/// <summary>
/// Gets, keeps and renews access tokens of SMART Backend Services (client credentials), one request at a time per source. The
/// token endpoint is the configured one, or the one that the configured FHIR server names: never one out of a request.
/// </summary>
public sealed partial class SmartTokens(EgressClient egress, TimeProvider clock, ILogger<SmartTokens> log)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);
    private readonly SmartDiscovery discovery = new(egress);
    private readonly ConcurrentDictionary<string, Kept> slots = new(StringComparer.Ordinal);

    /// <summary>A token that is still good; throws <see cref="SmartException"/>.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="refused">A credential that the server just answered with 401: it is not given again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SmartToken> GetAsync(SmartClient client, EgressCredential? refused, CancellationToken cancellationToken)
    {
        var slot = slots.GetOrAdd(client.Source, _ => new Kept());
        var basis = BasisOf(client.Connection);
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            if (slot.Token is { } kept && slot.Basis == basis && clock.GetUtcNow() < kept.RenewAt && kept.Credential != refused)
                return kept;
            slot.Token = null;
            slot.Token = await RequestAsync(client, cancellationToken);
            slot.Basis = basis;
            return slot.Token;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>The same as a port for downloads.</summary>
    public CredentialProvider For(SmartClient client) => async (refused, cancellationToken) => (await GetAsync(client, refused, cancellationToken)).Credential;

    private async Task<SmartToken> RequestAsync(SmartClient client, CancellationToken cancellationToken)
    {
        var connection = client.Connection;
        if (!EgressUrl.TryRead(connection.FhirUrl, out var fhirUrl, out _))
            throw NotConfigured(client, "it has no FHIR URL");
        if (string.IsNullOrEmpty(connection.ClientId))
            throw NotConfigured(client, "it has no client id");
        var allowance = EgressAllowance.Of(client.Source, connection);
        var (endpoint, configuration) = await EndpointAsync(client, fhirUrl, allowance, cancellationToken);
        if (!allowance.Allows(endpoint))
            throw new SmartException(SmartFaultCode.EndpointNotAllowed, $"source {client.Source}: its token endpoint is at {EgressOrigin.Of(endpoint)}, which is not allowed");
        var scope = connection.Scope ?? DefaultScope(connection, configuration);
        using var request = SmartTokenRequest.For(client, endpoint, configuration, scope);
        var answer = await request.SendAsync(egress, allowance, clock, cancellationToken);
        return Token(client.Source, EgressOrigin.Of(fhirUrl), scope, answer);
    }

    /// <summary>The endpoint, and what the server says of itself; null where it says nothing and its endpoint is configured.</summary>
    private async Task<(Uri Endpoint, SmartConfiguration? Configuration)> EndpointAsync(
        SmartClient client, Uri fhirUrl, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        SmartConfiguration? configuration = null;
        try
        {
            if (client.Connection is not { TokenUrl: not null, SecretFile: not null, Scope: not null })
                configuration = await discovery.GetAsync(fhirUrl, allowance, cancellationToken);
        }
        catch (SmartException e) when (client.Connection.TokenUrl is not null && !e.IsTransient)
        {
            // Servers older than SMART Backend Services have no such document: that is what the configured endpoint is for.
            Log.NoDiscovery(log, client.Source, e.Code);
        }

        if (client.Connection.TokenUrl is { } text)
            return EgressUrl.TryRead(text, out var url, out _) ? (url, configuration) : throw NotConfigured(client, "its token URL is not an https or http URL");
        return configuration?.TokenEndpoint is { } endpoint
            ? (endpoint, configuration)
            : throw new SmartException(SmartFaultCode.Discovery, $"source {client.Source}: its SMART configuration names no token endpoint");
    }

    /// <summary>Servers without a SMART configuration that take a client secret know no SMART scopes either.</summary>
    private static string? DefaultScope(SourceConnection connection, SmartConfiguration? configuration) =>
        configuration is null && connection.SecretFile is not null ? null : SmartScopes.Choose(configuration?.Scopes ?? []);

    private SmartToken Token(string source, EgressOrigin origin, string? scope, SmartAnswer answer)
    {
        var asked = SmartScopes.Split(scope);
        var granted = answer.Scope is null ? asked : SmartScopes.Split(answer.Scope);
        var missing = SmartScopes.Missing(asked, granted);
        if (missing.Length > 0)
            Log.Narrower(log, source, missing.Length);
        var ahead = answer.Life / 5 < Ahead ? answer.Life / 5 : Ahead;
        return new SmartToken(EgressCredential.Bearer(origin, answer.AccessToken!), clock.GetUtcNow() + answer.Life - ahead, granted, missing);
    }

    private static string BasisOf(SourceConnection c) => string.Join('\n', c.FhirUrl, c.ClientId, c.KeyFile, c.SecretFile, c.TokenUrl, c.Scope);

    private static SmartException NotConfigured(SmartClient client, string reason) =>
        new(SmartFaultCode.NotConfigured, $"source {client.Source}: {reason}");

    private sealed class Kept
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);
        public SmartToken? Token { get; set; }
        public string? Basis { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Source {Source} granted a narrower scope: {Missing} of those asked for are missing")]
        public static partial void Narrower(ILogger log, string source, int missing);

        [LoggerMessage(2, LogLevel.Information, "Source {Source} has no usable SMART configuration ({Code}); its configured token endpoint is used")]
        public static partial void NoDiscovery(ILogger log, string source, SmartFaultCode code);
    }
}
