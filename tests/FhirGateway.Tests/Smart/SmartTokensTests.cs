using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Tests.Egress;
using FhirGateway.Tests.Identity;

namespace FhirGateway.Tests.Smart;

public sealed class SmartTokensTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-smart-");
    private readonly EgressClient client = EgressRig.Client();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"ES384\"", "ES384")]
    [InlineData("\"RS384\"", "RS384")]
    [InlineData("\"RS384\",\"ES384\"", "RS384")]
    [InlineData("\"RS256\",\"ES384\"", "ES384")]
    [InlineData("", "RS384")]
    public async Task An_assertion_is_signed_with_what_the_server_verifies(string supported, string used)
    {
        await using var peer = new TokenPeer();
        using var keys = ClientSigningKeys.Create(ClientSigningKeys.PathOf(folder.FullName, "payer"), withRsa: true);
        peer.Jwks = keys.PublicJwks();
        peer.Discovery = TokenPeer.Configuration(peer.TokenUrl, supported);
        var token = await TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", peer.Connection(), folder.FullName), null, Token);
        Assert.Equal(EgressCredential.Bearer(EgressRig.Origin(peer.Origin), "token-1"), token.Credential);
        var assertion = Assert.Single(peer.Assertions);
        Assert.Equal((used, "JWT"), (assertion.Alg, assertion.Typ));
        Assert.Equal(["aud", "exp", "iss", "jti", "sub"], assertion.Claims.Select(c => c.Type).Order(StringComparer.Ordinal));
        Assert.Equal("system/*.rs", peer.Forms.Single()["scope"]);
        Assert.Empty(token.Missing);
    }

    [Fact]
    public async Task A_token_serves_all_until_shortly_before_its_end_and_a_refused_one_is_replaced_once()
    {
        var clock = new StoppedClock(DateTimeOffset.UtcNow);
        await using var peer = new TokenPeer { Basic = "our%20id:p%3Aw%2B", Life = 300 };
        peer.Discovery = TokenPeer.Configuration(peer.TokenUrl);
        var give = TokenPeer.Tokens(client, clock).For(new SmartClient("payer", peer.Connection() with { SecretFile = Secret("p:w+\n") }, folder.FullName));
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => give(null, Token).AsTask()));
        Assert.Single(all.Distinct());
        clock.Forward(TimeSpan.FromSeconds(269));
        Assert.Equal("token-1", (await give(null, Token)).Value);
        clock.Forward(TimeSpan.FromSeconds(2));
        var second = await give(null, Token);
        Assert.Equal("token-2", second.Value);
        var third = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => give(second, Token).AsTask()));
        Assert.All(third, t => Assert.Equal("token-3", t.Value));
        Assert.All(peer.Forms, f => Assert.False(f.ContainsKey("client_assertion")));
    }

    [Fact]
    public async Task A_changed_connection_takes_no_token_of_the_old_one()
    {
        await using var peer = new TokenPeer { Basic = "our%20id:one" };
        var tokens = TokenPeer.Tokens(client);
        var connection = peer.Connection() with { SecretFile = Secret("one"), TokenUrl = peer.TokenUrl };
        await tokens.GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token);
        var e = await Assert.ThrowsAsync<SmartException>(() => tokens.GetAsync(new SmartClient("payer", connection with { ClientId = "other" }, folder.FullName), null, Token));
        Assert.Equal(SmartFaultCode.Refused, e.Code);
        Assert.Contains("invalid_client", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_discovery_is_served_by_its_configured_endpoint()
    {
        await using var peer = new TokenPeer { Basic = "our%20id:one" };
        var connection = peer.Connection() with { SecretFile = Secret("one"), TokenUrl = peer.TokenUrl };
        await TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token);
        Assert.False(Assert.Single(peer.Forms).ContainsKey("scope"));
        await TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection with { Scope = "a b" }, folder.FullName), null, Token);
        Assert.Equal("a b", peer.Forms.Last()["scope"]);
        var e = await Assert.ThrowsAsync<SmartException>(() => TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection with { TokenUrl = null }, folder.FullName), null, Token));
        Assert.Equal(SmartFaultCode.Discovery, e.Code);
    }

    [Fact]
    public async Task S_15_a_token_endpoint_elsewhere_gets_no_assertion_unless_the_operator_allowed_it()
    {
        await using var evil = new TokenPeer();
        await using var peer = new TokenPeer();
        using var keys = ClientSigningKeys.Create(ClientSigningKeys.PathOf(folder.FullName, "payer"), withRsa: false);
        evil.Jwks = peer.Jwks = keys.PublicJwks();
        peer.Discovery = TokenPeer.Configuration(evil.TokenUrl);
        var smart = new SmartClient("payer", peer.Connection(), folder.FullName);
        var e = await Assert.ThrowsAsync<SmartException>(() => TokenPeer.Tokens(client).GetAsync(smart, null, Token));
        Assert.Equal((SmartFaultCode.EndpointNotAllowed, 0), (e.Code, evil.Connects));

        // The configured endpoint wins over whatever the document says, and is what the assertion is for.
        await TokenPeer.Tokens(client).GetAsync(smart with { Connection = smart.Connection with { TokenUrl = peer.TokenUrl } }, null, Token);
        Assert.Equal((0, peer.TokenUrl), (evil.Connects, Assert.Single(peer.Assertions).Audiences.Single()));
    }

    [Fact]
    public async Task S_15_a_document_that_names_the_real_endpoint_brings_no_token_to_another_host()
    {
        await using var real = new TokenPeer { Basic = "our%20id:one" };
        await using var evil = new TokenPeer();
        evil.Discovery = real.Discovery = TokenPeer.Configuration(real.TokenUrl);
        var connection = real.Connection() with { SecretFile = Secret("one"), AllowedOrigins = [real.Origin, evil.Origin] };
        var token = await TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token);
        var e = await EgressRig.RefusedAsync(client, EgressRequest.Get(new Uri(evil.Origin + "/manifest")) with { Credential = token.Credential }, EgressAllowance.Of("payer", connection));
        Assert.Equal((EgressFaultCode.CredentialRefused, 0), (e.Code, evil.Connects));
    }

    [Fact]
    public async Task A_passing_fault_is_tried_again_with_a_fresh_assertion_and_a_refusal_is_not()
    {
        await using var peer = new TokenPeer();
        using var keys = ClientSigningKeys.Create(ClientSigningKeys.PathOf(folder.FullName, "payer"), withRsa: false);
        peer.Jwks = keys.PublicJwks();
        peer.Discovery = TokenPeer.Configuration(peer.TokenUrl);
        var smart = new SmartClient("payer", peer.Connection(), folder.FullName);
        peer.First.Enqueue(("500 Internal Server Error", ""));
        peer.First.Enqueue(("502 Bad Gateway", ""));
        await TokenPeer.Tokens(client).GetAsync(smart, null, Token);
        Assert.Equal(3, peer.Forms.Select(f => f["client_assertion"]).Distinct().Count());
        peer.First.Enqueue(("400 Bad Request", """{"error":"invalid_scope","access_token":"x"}"""));
        var e = await Assert.ThrowsAsync<SmartException>(() => TokenPeer.Tokens(client).GetAsync(smart, null, Token));
        Assert.Equal((SmartFaultCode.Refused, 4), (e.Code, peer.Forms.Count));
        Assert.Contains("invalid_scope", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"access_token":"a b","token_type":"bearer"}""")]
    [InlineData("""{"access_token":"a\r\nb","token_type":"bearer"}""")]
    [InlineData("""{"access_token":"ab","token_type":"mac"}""")]
    [InlineData("""{"access_token":"ab","access_token":"cd","token_type":"bearer"}""")]
    [InlineData("""{"access_token":{"a":1},"token_type":"bearer"}""")]
    public async Task An_answer_that_is_no_token_is_said_to_be_none(string answer)
    {
        await using var peer = new TokenPeer { Basic = "our%20id:one" };
        peer.First.Enqueue(("200 OK", answer));
        var connection = peer.Connection() with { SecretFile = Secret("one"), TokenUrl = peer.TokenUrl };
        var e = await Assert.ThrowsAsync<SmartException>(() => TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token));
        Assert.Equal(SmartFaultCode.BadAnswer, e.Code);
    }

    [Fact]
    public async Task A_narrower_scope_is_seen()
    {
        await using var peer = new TokenPeer { Basic = "our%20id:one", Scope = "system/Patient.rs system/Coverage.read" };
        var connection = peer.Connection() with { SecretFile = Secret("one"), TokenUrl = peer.TokenUrl, Scope = "system/Patient.read system/Coverage.rs system/ExplanationOfBenefit.rs" };
        var token = await TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token);
        Assert.Equal(["system/ExplanationOfBenefit.rs"], token.Missing);
    }

    [Theory]
    [InlineData(null, "system/*.rs")]
    [InlineData("openid fhirUser launch", "system/*.rs")]
    [InlineData("system/*.read", "system/*.read")]
    [InlineData("system/*.*", "system/*.read")]
    [InlineData("system/*.read system/*.rs", "system/*.rs")]
    [InlineData("system/*.cruds", "system/*.rs")]
    [InlineData("system/*.c", "system/*.rs")]
    [InlineData("system/Patient.rs system/Coverage.rs system/Patient.read", "system/Patient.rs system/Coverage.rs")]
    [InlineData("system/Patient.read system/Group.write", "system/Patient.read")]
    public void What_is_asked_for_is_what_the_server_supports(string? supported, string asked) =>
        Assert.Equal(asked, SmartScopes.Choose(SmartScopes.Split(supported)));

    [Fact]
    public async Task What_is_not_configured_is_named_and_nothing_is_sent()
    {
        await using var peer = new TokenPeer();
        peer.Discovery = TokenPeer.Configuration(peer.TokenUrl, "\"RS256\"");
        using var keys = ClientSigningKeys.Create(ClientSigningKeys.PathOf(folder.FullName, "payer"), withRsa: true);
        foreach (var (connection, says) in new (SourceConnection, string)[]
        {
            (new SourceConnection { ClientId = "c" }, "FHIR URL"),
            (peer.Connection() with { ClientId = null }, "client id"),
            (peer.Connection() with { KeyFile = Path.Combine(folder.FullName, "none") }, "cannot be read"),
            (peer.Connection() with { SecretFile = Secret(" \n") }, "secret file"),
            (peer.Connection() with { SecretFile = Secret(new string('s', 5000)) }, "secret file"),
            (peer.Connection() with { TokenUrl = "ftp://x" }, "token URL"),
            (peer.Connection(), "algorithms"),
        })
        {
            var e = await Assert.ThrowsAsync<SmartException>(() => TokenPeer.Tokens(client).GetAsync(new SmartClient("payer", connection, folder.FullName), null, Token));
            Assert.Equal(SmartFaultCode.NotConfigured, e.Code);
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(peer.Forms);
    }

    public void Dispose()
    {
        client.Dispose();
        folder.Delete(recursive: true);
    }

    private string Secret(string text)
    {
        var path = Path.Combine(folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }
}
