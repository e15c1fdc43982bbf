using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.Tests.Simulation.Servers;

/// <summary>A Bulk Data client of a few lines, with nothing of the gateway's or the simulation's, to try the simulated servers with.</summary>
internal sealed class SmallClient : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    public string? Token { get; set; }

    public PayerClient Registration
    {
        get
        {
            var q = key.ExportParameters(false).Q;
            return new PayerClient { ClientId = "small", Jwks = $$"""{"keys":[{"kty":"EC","crv":"P-384","kid":"k1","x":"{{Url(q.X!)}}","y":"{{Url(q.Y!)}}"}]}""" };
        }
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Assertion(string audience, string kid = "k1", int seconds = 200, string jti = "", string issuer = "small")
    {
        var exp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds;
        var signed = Url(Encoding.UTF8.GetBytes($$"""{"alg":"ES384","typ":"JWT","kid":"{{kid}}"}""")) + "."
            + Url(Encoding.UTF8.GetBytes($$"""{"iss":"{{issuer}}","sub":"{{issuer}}","aud":"{{audience}}","exp":{{exp}},"jti":"{{(jti.Length > 0 ? jti : Convert.ToHexString(RandomNumberGenerator.GetBytes(8)))}}"}"""));
        return signed + "." + Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384));
    }

    public async Task<HttpResponseMessage> AskTokenAsync(string endpoint, string assertion)
    {
        var response = await Http.PostAsync(endpoint, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = "system/*.rs",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        }), Cancel);
        if (response.IsSuccessStatusCode)
            Token = (await JsonAsync(response)).GetProperty("access_token").GetString();
        return response;
    }

    public Task<HttpResponseMessage> KickOffAsync(string url, string? parameters = null, string prefer = "respond-async")
    {
        var content = parameters is null ? null : new StringContent(parameters, new MediaTypeHeaderValue("application/fhir+json"));
        return SendAsync(parameters is null ? HttpMethod.Get : HttpMethod.Post, url, content, ("Accept", "application/fhir+json"), ("Prefer", prefer));
    }

    /// <summary>Polls until the manifest is there.</summary>
    public async Task<JsonElement> ManifestAsync(HttpResponseMessage kickOff)
    {
        Assert.Equal(202, (int)kickOff.StatusCode);
        var url = kickOff.Content.Headers.GetValues("Content-Location").Single();
        while (true)
        {
            using var response = await SendAsync(HttpMethod.Get, url, null);
            if ((int)response.StatusCode != 202)
                return await JsonAsync(response);
        }
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    public async Task<string[]> LinesAsync(JsonElement entry)
    {
        using var response = await SendAsync(HttpMethod.Get, entry.GetProperty("url").GetString()!, null);
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Cancel));

    public void Dispose()
    {
        Http.Dispose();
        key.Dispose();
    }

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
