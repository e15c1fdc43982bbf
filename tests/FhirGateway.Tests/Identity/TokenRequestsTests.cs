using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FhirGateway.Tests.Identity;

public sealed class TokenRequestsTests
{
    [Fact]
    public async Task A_signed_assertion_gets_a_token_with_all_scopes_of_the_client()
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        var answer = await bench.AskAsync(TokenBench.Sign(jwk, TokenBench.Header(jwk), bench.Claims(client.Id)));
        Assert.Equal(200, answer.Status);
        Assert.Equal("system/intake.write system/bulk-submit", answer.Scope);
        var token = new JsonWebToken(answer.AccessToken);
        Assert.Equal(("ES256", "at+jwt"), (token.Alg, token.Typ));
        Assert.Equal(client.Id, token.GetClaim("client_id").Value);
        Assert.Equal("source", token.GetClaim("role").Value);
        Assert.Equal("payer-a", token.GetClaim("org").Value);
        Assert.Equal(300, (token.ValidTo - token.ValidFrom).TotalSeconds);
        Assert.True((await new JsonWebTokenHandler().ValidateTokenAsync(answer.AccessToken, bench.Tokens.Validation)).IsValid);
        bench.Clock.Forward(TimeSpan.FromSeconds(300));
        Assert.False((await new JsonWebTokenHandler().ValidateTokenAsync(answer.AccessToken, bench.Tokens.Validation)).IsValid);
    }

    [Fact]
    public async Task An_assertion_with_RS384_is_as_good()
    {
        await using var bench = await TokenBench.StartAsync();
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(false);
        var jwks = $$"""{"keys":[{"kty":"RSA","kid":"r1","use":"sig","alg":"RS384","n":"{{Url(p.Modulus!)}}","e":"{{Url(p.Exponent!)}}"}]}""";
        var added = await new ClientRegistration(bench.Store, bench.Clients, bench.Clock).AddAsync(
            new ClientRequest { Role = ClientRole.Participant, Owner = "aco-a", Jwks = jwks, BaseUrl = new Uri("https://gateway.example") }, default);
        Assert.True(added.IsAdded, added.Fault);
        Assert.DoesNotContain("\"key\"", Encoding.UTF8.GetString(added.ClientFile), StringComparison.Ordinal);
        var signed = TokenBench.Part("""{"alg":"RS384","typ":"JWT","kid":"r1"}""") + "." + TokenBench.Part(bench.Claims(added.Client.Id).ToJsonString());
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
        Assert.Equal(200, (await bench.AskAsync(signed + "." + Url(signature))).Status);
        // The same key as the secret of a MAC, and PSS in place of PKCS #1.
        foreach (var (alg, bad) in new[]
        {
            ("HS384", HMACSHA384.HashData(rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(signed))),
            ("RS384", rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384, RSASignaturePadding.Pss)),
        })
        {
            var text = TokenBench.Part($$"""{"alg":"{{alg}}","kid":"r1"}""") + "." + TokenBench.Part(bench.Claims(added.Client.Id).ToJsonString());
            Assert.Equal(TokenAnswer.InvalidClient, (await bench.AskAsync(text + "." + Url(bad))).Error);
        }
    }

    public static TheoryData<string, string> BadHeaders() => new()
    {
        { """{"alg":"none","typ":"JWT","kid":"KID"}""", "algorithm" },
        { """{"alg":"None","kid":"KID"}""", "algorithm" },
        { """{"alg":"HS256","kid":"KID"}""", "algorithm" },
        { """{"alg":"HS384","kid":"KID"}""", "algorithm" },
        { """{"alg":"HS512","kid":"KID"}""", "algorithm" },
        { """{"alg":"ES256","kid":"KID"}""", "algorithm" },
        { """{"alg":"ES512","kid":"KID"}""", "algorithm" },
        { """{"alg":"es384","kid":"KID"}""", "algorithm" },
        { """{"alg":"ES384 ","kid":"KID"}""", "algorithm" },
        { """{"alg":"RS256","kid":"KID"}""", "algorithm" },
        { """{"alg":"PS384","kid":"KID"}""", "algorithm" },
        { """{"alg":"RS384","kid":"KID"}""", "algorithm" },
        { """{"alg":["ES384"],"kid":"KID"}""", "algorithm" },
        { """{"alg":null,"kid":"KID"}""", "algorithm" },
        { """{"kid":"KID"}""", "algorithm" },
        { """{"alg":"ES384","kid":"KID","crit":["exp"],"exp":1}""", "header" },
        { """{"alg":"ES384","kid":"KID","crit":[]}""", "header" },
        { """{"alg":"ES384","kid":"KID","jku":"https://evil.example/jwks"}""", "header" },
        { """{"alg":"ES384","kid":"KID","x5u":"https://evil.example/x"}""", "header" },
        { """{"alg":"ES384","kid":"KID","x5c":["MII"]}""", "header" },
        { """{"alg":"ES384","kid":"KID","jwk":{"kty":"EC"}}""", "header" },
        { """{"alg":"ES384","kid":"KID","b64":false}""", "header" },
        { """{"alg":"ES384","kid":"KID","zip":"DEF"}""", "header" },
        { """{"alg":"ES384","kid":"KID","enc":"A256GCM"}""", "header" },
        { """{"alg":"ES384","kid":"KID","typ":"at+jwt"}""", "header" },
        { """{"alg":"ES384","kid":"KID","typ":1}""", "header" },
        { """{"alg":"ES384"}""", "key" },
        { """{"alg":"ES384","kid":""}""", "key" },
        { """{"alg":"ES384","kid":1}""", "key" },
        { """{"alg":"ES384","kid":"../../keys/access-tokens.pem"}""", "key" },
        { """{"alg":"ES384","kid":"/dev/null"}""", "key" },
        { """{"alg":"ES384","kid":"' OR 1=1 --"}""", "key" },
        { """{"alg":"ES384","kid":"KID\u0000"}""", "key" },
        { """{"alg":"ES384","kid":"KID "}""", "key" },
        { """{"alg":"none","alg":"ES384","kid":"KID"}""", "malformed" },
        { """{"alg":"ES384","kid":"KID",}""", "malformed" },
        { """[{"alg":"ES384"}]""", "malformed" },
        { """null""", "malformed" },
        { """{"alg":"ES384","kid":"KID","a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}""", "malformed" },
        { "", "malformed" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task S_30_a_header_that_is_not_plain_is_refused_though_the_signature_is_good(string header, string reason)
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        var answer = await bench.AskAsync(TokenBench.Sign(jwk, header.Replace("KID", jwk.GetProperty("kid").GetString(), StringComparison.Ordinal), bench.Claims(client.Id).ToJsonString()));
        AssertRefused(answer, reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30=.e30=.AA==")]
    [InlineData("e3 0.e30.AA")]
    public async Task What_is_no_token_is_refused(string text)
    {
        await using var bench = await TokenBench.StartAsync();
        Assert.Equal(401, (await bench.AskAsync(text)).Status);
        Assert.Equal(401, (await bench.AskAsync(new string('a', 9000) + text)).Status);
    }

    [Fact]
    public async Task S_30_a_signature_that_was_cut_changed_or_taken_from_another_is_refused()
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        var good = TokenBench.Sign(jwk, TokenBench.Header(jwk), bench.Claims(client.Id));
        var parts = good.Split('.');
        var other = bench.Claims(client.Id);
        AssertRefused(await bench.AskAsync(parts[0] + "." + parts[1] + "."), "signature");
        AssertRefused(await bench.AskAsync(good[..^4]), "signature");
        AssertRefused(await bench.AskAsync(parts[0] + "." + TokenBench.Part(other.ToJsonString()) + "." + parts[2]), "signature");
        AssertRefused(await bench.AskAsync(parts[0] + "." + parts[1] + "." + Url(new byte[96])), "signature");
        Assert.Equal(200, (await bench.AskAsync(good)).Status);
    }

    [Fact]
    public async Task S_31_a_key_serves_its_own_client_only_even_under_the_same_kid()
    {
        await using var bench = await TokenBench.StartAsync();
        var (a, keyOfA) = await bench.AddAsync();
        var (b, keyOfB) = await bench.AddAsync(ClientRole.Participant, "aco-a");
        // B's key under A's name, A's kid in B's token, and B's kid in A's.
        AssertRefused(await bench.AskAsync(TokenBench.Sign(keyOfB, TokenBench.Header(keyOfA), bench.Claims(a.Id))), "signature");
        AssertRefused(await bench.AskAsync(TokenBench.Sign(keyOfB, TokenBench.Header(keyOfA), bench.Claims(b.Id))), "key");
        AssertRefused(await bench.AskAsync(TokenBench.Sign(keyOfB, TokenBench.Header(keyOfB), bench.Claims(a.Id))), "key");
        AssertRefused(await bench.AskAsync(TokenBench.Sign(keyOfA, TokenBench.Header(keyOfA), bench.Claims("c-0000000000000000"))), "client");
    }

    [Fact]
    public async Task S_32_an_assertion_is_good_once_until_it_could_not_be_accepted_anyway()
    {
        await using var bench = await TokenBench.StartAsync();
        var (a, keyOfA) = await bench.AddAsync();
        var (b, keyOfB) = await bench.AddAsync();
        var claims = bench.Claims(a.Id);
        var assertion = TokenBench.Sign(keyOfA, TokenBench.Header(keyOfA), claims);
        Assert.Equal(200, (await bench.AskAsync(assertion)).Status);
        AssertRefused(await bench.AskAsync(assertion), "replay");
        await bench.RestartAsync();
        AssertRefused(await bench.AskAsync(assertion), "replay");
        // The same jti of another issuer is another one; the same jti in a new assertion of this one is not.
        var ofB = bench.Claims(b.Id);
        ofB["jti"] = claims["jti"]!.GetValue<string>();
        Assert.Equal(200, (await bench.AskAsync(TokenBench.Sign(keyOfB, TokenBench.Header(keyOfB), ofB))).Status);
        bench.Clock.Forward(TimeSpan.FromSeconds(239));
        AssertRefused(await bench.AskAsync(assertion), "replay");
        bench.Clock.Forward(TimeSpan.FromSeconds(60));
        AssertRefused(await bench.AskAsync(assertion), "replay");
        bench.Clock.Forward(TimeSpan.FromSeconds(1));
        AssertRefused(await bench.AskAsync(assertion), "time");
    }

    [Fact]
    public async Task S_32_of_fifty_parallel_uses_exactly_one_gets_a_token()
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        var assertion = TokenBench.Sign(jwk, TokenBench.Header(jwk), bench.Claims(client.Id));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => bench.AskAsync(assertion))));
        Assert.Single(answers, a => a.Status == 200);
        Assert.Equal(49, answers.Count(a => a.Reason == "replay"));
    }

    public static TheoryData<string, string, string> BadClaims() => new()
    {
        { "iss", "null", "subject" },
        { "iss", "1", "subject" },
        { "sub", "\"c-0000000000000000\"", "subject" },
        { "sub", "", "subject" },
        { "aud", "", "audience" },
        { "aud", "\"https://gateway.example/auth/token/\"", "audience" },
        { "aud", "\"https://gateway.example/auth/toke\"", "audience" },
        { "aud", "\"https://GATEWAY.example/auth/token\"", "audience" },
        { "aud", "\"http://gateway.example/auth/token\"", "audience" },
        { "aud", "[\"https://gateway.example/auth/token\",\"https://other.example\"]", "audience" },
        { "aud", "[]", "audience" },
        { "aud", "[[\"https://gateway.example/auth/token\"]]", "audience" },
        { "aud", "{\"a\":1}", "audience" },
        { "exp", "", "time" },
        { "exp", "+301", "time" },
        { "exp", "-60", "time" },
        { "exp", "\"+240\"", "time" },
        { "exp", "+240.5", "time" },
        { "exp", "1e400", "time" },
        { "exp", "1.8e9", "time" },
        { "exp", "-1", "time" },
        { "exp", "9223372036854775807", "time" },
        { "exp", "99999999999999999999", "time" },
        { "exp", "null", "time" },
        { "exp", "true", "time" },
        { "nbf", "+61", "time" },
        { "nbf", "\"soon\"", "time" },
        { "iat", "+61", "time" },
        { "iat", "1e400", "time" },
        { "jti", "", "jti" },
        { "jti", "\"\"", "jti" },
        { "jti", "7", "jti" },
        { "jti", "\"\\ud800\"", "jti" },
    };

    [Theory]
    [MemberData(nameof(BadClaims))]
    public async Task S_33_a_claim_that_is_off_by_one_is_refused(string name, string value, string reason)
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        AssertRefused(await bench.AskAsync(With(bench, client, jwk, name, value)), reason);
    }

    [Theory]
    [InlineData("exp", "+300")]
    [InlineData("exp", "-59")]
    [InlineData("nbf", "+60")]
    [InlineData("iat", "+60")]
    [InlineData("aud", "[\"https://gateway.example/auth/token\"]")]
    public async Task S_33_a_claim_at_its_limit_is_accepted(string name, string value)
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync();
        Assert.Equal(200, (await bench.AskAsync(With(bench, client, jwk, name, value))).Status);
    }

    [Theory]
    [InlineData(null, "system/streams.read system/panel.write system/*.rs")]
    [InlineData("", "system/streams.read system/panel.write system/*.rs")]
    [InlineData("system/streams.read", "system/streams.read")]
    [InlineData("system/streams.read  system/streams.read", "system/streams.read")]
    [InlineData("system/streams.read system/admin", "system/streams.read")]
    [InlineData("system/*.rs", "system/*.rs")]
    [InlineData("system/*.read", "system/*.read")]
    [InlineData("system/Patient.rs", "system/Patient.rs")]
    [InlineData("system/Patient.read system/Coverage.rs", "system/Patient.read system/Coverage.rs")]
    [InlineData("system/Patient.r", "system/Patient.r")]
    [InlineData("system/Patient.s", "system/Patient.s")]
    [InlineData("system/*.cruds", "system/*.rs")]
    [InlineData("system/*.*", "system/*.read")]
    [InlineData("system/ExplanationOfBenefit.cruds", "system/ExplanationOfBenefit.rs")]
    [InlineData("system/*.rs system/*.write", "system/*.rs")]
    [InlineData("system/*.write", null)]
    [InlineData("system/Patient.cud", null)]
    [InlineData("system/intake.write", null)]
    [InlineData("system/bulk-submit", null)]
    [InlineData("SYSTEM/STREAMS.READ", null)]
    [InlineData("system/streams.read openid", null)]
    [InlineData("system/Patient.sr", null)]
    [InlineData("system/Patient.rr", null)]
    [InlineData("system/Patient.", null)]
    [InlineData("system/patient.rs", null)]
    [InlineData("system/Patients.rs", null)]
    [InlineData("system/Resource.rs", null)]
    [InlineData("system/.rs", null)]
    [InlineData("system/**.rs", null)]
    [InlineData("system/Patient.rs?gender=female", null)]
    [InlineData("patient/Patient.rs", null)]
    [InlineData("user/*.rs", null)]
    public async Task A_participant_is_granted_what_it_asked_for_and_may_have(string? asked, string? granted) =>
        await AssertGrantedAsync(ClientRole.Participant, "aco-a", asked, granted);

    [Theory]
    [InlineData(null, "system/intake.write system/bulk-submit")]
    [InlineData("system/bulk-submit", "system/bulk-submit")]
    [InlineData("system/bulk-submit system/*.rs", "system/bulk-submit")]
    [InlineData("system/*.rs", null)]
    [InlineData("system/*.*", null)]
    [InlineData("system/bulk-submit system/unknown", null)]
    public async Task A_source_is_granted_what_it_asked_for_and_may_have(string? asked, string? granted) =>
        await AssertGrantedAsync(ClientRole.Source, "payer-a", asked, granted);

    private static async Task AssertGrantedAsync(ClientRole role, string owner, string? asked, string? granted)
    {
        await using var bench = await TokenBench.StartAsync();
        var (client, jwk) = await bench.AddAsync(role, owner);
        var answer = await bench.AskAsync(TokenBench.Sign(jwk, TokenBench.Header(jwk), bench.Claims(client.Id)), asked);
        Assert.Equal(granted, answer.Scope);
        if (granted is null)
            Assert.Equal((400, TokenAnswer.InvalidScope), (answer.Status, answer.Error));
        else
            Assert.Equal(granted, new JsonWebToken(answer.AccessToken).GetClaim("scope").Value);
    }

    [Fact]
    public async Task Another_grant_or_kind_of_assertion_is_refused()
    {
        await using var bench = await TokenBench.StartAsync();
        foreach (var (form, status, error) in new[]
        {
            (new TokenForm(null, null, TokenRequests.AssertionType, "x"), 400, TokenAnswer.InvalidRequest),
            (new TokenForm("password", null, TokenRequests.AssertionType, "x"), 400, TokenAnswer.UnsupportedGrantType),
            (new TokenForm(TokenRequests.GrantType, null, null, "x"), 401, TokenAnswer.InvalidClient),
            (new TokenForm(TokenRequests.GrantType, null, "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "x"), 401, TokenAnswer.InvalidClient),
            (new TokenForm(TokenRequests.GrantType, null, TokenRequests.AssertionType, null), 401, TokenAnswer.InvalidClient),
        })
        {
            var answer = await bench.Requests.AnswerAsync(form, [TokenBench.Endpoint], default);
            Assert.Equal((status, error), (answer.Status, answer.Error!));
        }
    }

    private static string With(TokenBench bench, Client client, JsonElement jwk, string name, string value)
    {
        var claims = bench.Claims(client.Id);
        claims.Remove(name);
        // "+301" is seconds from now, "" leaves the claim out; a fraction and text keep their form.
        var text = value switch
        {
            ['"', '+', ..] => $"\"{bench.Now + 240}\"",
            ['+', ..] when value.Contains('.', StringComparison.Ordinal) => $"{bench.Now + 240}.5",
            ['+', ..] => (bench.Now + long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-60" or "-59" => (bench.Now + long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => value,
        };
        var json = claims.ToJsonString();
        return TokenBench.Sign(jwk, TokenBench.Header(jwk).ToJsonString(), text.Length == 0 ? json : json[..^1] + $",\"{name}\":{text}}}");
    }

    private static void AssertRefused(TokenAnswer answer, string reason)
    {
        Assert.Equal((401, TokenAnswer.InvalidClient, reason), (answer.Status, answer.Error!, answer.Reason!));
        Assert.Null(answer.AccessToken);
    }

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
