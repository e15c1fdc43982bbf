using System.Collections.Immutable;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.Identity;

/// <summary>The token endpoint of SMART Backend Services: client_credentials with private_key_jwt, nothing else.</summary>
public sealed class TokenRequests(IStateStore store, ClientDirectory clients, AccessTokens tokens, TimeProvider clock)
{
    public const string GrantType = "client_credentials";
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Signature algorithms of client assertions.</summary>
    public static readonly ImmutableArray<string> Algorithms = [ClientKey.Rs384, ClientKey.Es384];

    /// <summary>How far ahead an assertion may end, and how far the client's clock may be off.</summary>
    private const long MostAhead = 300;
    private const long Skew = 60;

    /// <summary>Answers a request. Nothing is written before the signature is verified.</summary>
    /// <param name="form">What the client sent.</param>
    /// <param name="audiences">The URLs under which this token endpoint was addressed.</param>
    /// <param name="cancellationToken">Ends the wait, not the commit.</param>
    /// <exception cref="IOException">The state store is unavailable.</exception>
    public async Task<TokenAnswer> AnswerAsync(TokenForm form, IReadOnlyCollection<string> audiences, CancellationToken cancellationToken)
    {
        if (form.GrantType is null)
            return new TokenAnswer { Status = 400, Error = TokenAnswer.InvalidRequest, Reason = "grant" };
        if (form.GrantType != GrantType)
            return new TokenAnswer { Status = 400, Error = TokenAnswer.UnsupportedGrantType, Reason = "grant" };
        if (form.AssertionType != AssertionType || form.Assertion is null)
            return Refused(AssertionFault.Malformed, null);
        var fault = ClientAssertion.TryRead(form.Assertion, out var assertion);
        if (assertion is null)
            return Refused(fault, null);
        var client = clients.Find(assertion.Issuer);
        var now = clock.GetUtcNow();
        fault = client is null ? AssertionFault.Client : Check(assertion, client, audiences, now.ToUnixTimeSeconds());
        if (client is not null && fault == AssertionFault.None)
            fault = await VerifyAsync(assertion, client, cancellationToken);
        if (client is null || fault != AssertionFault.None)
            return Refused(fault, client);
        var until = DateTimeOffset.FromUnixTimeSeconds(assertion.Expires!.Value + Skew);
        if (!await store.WriteAsync(StateLane.Messages, tx => tx.Clients.TakeAssertion(client.Id, assertion.Jti!, until, now), cancellationToken))
            return Refused(AssertionFault.Replay, client);
        return Grant(client, form.Scope);
    }

    // Before any key is looked for: what could not be accepted anyway makes nobody fetch a key set.
    private static AssertionFault Check(ClientAssertion assertion, Client client, IReadOnlyCollection<string> audiences, long now)
    {
        // SMART App Launch 2.2, client authentication: jku only where it is the URL that the client registered.
        if (assertion.KeySetUrl is { } url && url != client.JwksUrl)
            return AssertionFault.Header;
        if (assertion.Subject != client.Id)
            return AssertionFault.Subject;
        if (assertion.Audience is null || !audiences.Contains(assertion.Audience, StringComparer.Ordinal))
            return AssertionFault.Audience;
        if (assertion.Expires is not { } expires || expires > now + MostAhead || expires + Skew <= now
            || assertion.HasBadTime || assertion.NotBefore > now + Skew || assertion.IssuedAt > now + Skew)
        {
            return AssertionFault.Time;
        }

        return assertion.Jti is null ? AssertionFault.Identifier : AssertionFault.None;
    }

    private async ValueTask<AssertionFault> VerifyAsync(ClientAssertion assertion, Client client, CancellationToken cancellationToken)
    {
        if (await clients.FindKeyAsync(client.Id, assertion.KeyId, cancellationToken) is not { } key)
            return AssertionFault.Key;
        if (key.Algorithm != assertion.Algorithm)
            return AssertionFault.Algorithm;
        return key.Verify(assertion.Signed, assertion.Signature) ? AssertionFault.None : AssertionFault.Signature;
    }

    private TokenAnswer Grant(Client client, string? asked)
    {
        var scopes = string.IsNullOrWhiteSpace(asked) ? client.Scopes : ClientScopes.Grant(client.Scopes, asked);
        if (scopes is not { IsEmpty: false } granted)
            return new TokenAnswer { Status = 400, Error = TokenAnswer.InvalidScope, Client = client.Id, Reason = "scope" };
        return new TokenAnswer { Status = 200, AccessToken = tokens.Issue(client, granted), Scope = string.Join(' ', granted), Client = client.Id };
    }

    private static TokenAnswer Refused(AssertionFault fault, Client? client) => new()
    {
        Status = 401,
        Error = TokenAnswer.InvalidClient,
        Client = client?.Id,
        Reason = fault switch
        {
            AssertionFault.Algorithm => "algorithm",
            AssertionFault.Header => "header",
            AssertionFault.Client => "client",
            AssertionFault.Key => "key",
            AssertionFault.Signature => "signature",
            AssertionFault.Subject => "subject",
            AssertionFault.Audience => "audience",
            AssertionFault.Time => "time",
            AssertionFault.Identifier => "jti",
            AssertionFault.Replay => "replay",
            _ => "malformed",
        },
    };
}
