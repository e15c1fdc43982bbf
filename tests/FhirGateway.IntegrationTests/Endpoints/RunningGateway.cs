using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Identity;
using FhirGateway.Host;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.IntegrationTests.Endpoints;

/// <summary>An engine and its HTTP side on a free loopback port, with two sources, two participants and a client of each role.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly string folder;
    private readonly TokenKey key;

    private readonly Outbound outbound;

    private RunningGateway(string folder, Engine engine, TokenKey key, WebApplication app, ClientRegistration registration, Outbound outbound)
    {
        this.outbound = outbound;
        this.folder = folder;
        this.key = key;
        Engine = engine;
        App = app;
        Registration = registration;
        Address = GatewayServer.AddressOf(app);
        Http = new HttpClient { BaseAddress = Address };
    }

    public Engine Engine { get; }
    public WebApplication App { get; }
    public ClientRegistration Registration { get; }
    public Uri Address { get; }
    public HttpClient Http { get; }
    public bool IsReady { get; set; } = true;

    public static async Task<RunningGateway> StartAsync(Action<GatewayOptions>? configure = null)
    {
        var directory = Directory.CreateTempSubdirectory("gateway-").FullName;
        var options = new GatewayOptions { DataDirectory = directory };
        options.Http.Address = "127.0.0.1:0";
        configure?.Invoke(options);
        var engine = await Engine.StartAsync(directory, null, TimeProvider.System, NullLoggerFactory.Instance, default);
        foreach (var id in (string[])["payer-a", "payer-b"])
            Assert.Null(await engine.Registry.SaveAsync(new Source { Id = id, Kind = SourceKind.Payer }, "test", default));
        foreach (var id in (string[])["aco-a", "aco-b"])
            Assert.Null(await engine.Registry.SaveAsync(new Participant { Id = id }, "test", default));
        var wayOut = new Outbound(
            new EgressOptions { RetryDelay = TimeSpan.FromMilliseconds(10) },
            new FileDownloadOptions { RetryDelay = TimeSpan.FromMilliseconds(10) },
            TimeProvider.System, NullLoggerFactory.Instance);
        engine.StartBulkSubmit(wayOut, new BulkSubmitOptions { RetryDelay = TimeSpan.FromMilliseconds(20), LookEvery = TimeSpan.FromMilliseconds(20) });
        var tokenKey = TokenKey.Open(Path.Combine(directory, "keys"));
        var clients = new ClientDirectory(engine.Egress, engine.Store, engine.Clock, NullLogger<ClientDirectory>.Instance);
        await clients.LoadAsync(default);
        RunningGateway? running = null;
        var app = GatewayServer.Build(options, engine, tokenKey, clients, () => running!.IsReady, NullLoggerFactory.Instance);
        await app.StartAsync();
        return running = new RunningGateway(directory, engine, tokenKey, app, new ClientRegistration(engine.Store, clients, TimeProvider.System), wayOut);
    }

    /// <summary>A token of a new client.</summary>
    public async Task<string> TokenAsync(ClientRole role, string? owner, string? scope = null)
    {
        var added = await Registration.AddAsync(new ClientRequest { Role = role, Owner = owner, BaseUrl = Address }, default);
        Assert.True(added.IsAdded, added.Fault);
        using var file = JsonDocument.Parse(added.ClientFile);
        using var response = await AskAsync(Assertion(file.RootElement, file.RootElement.GetProperty("token_endpoint").GetString()!), scope);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    public Task<HttpResponseMessage> AskAsync(string assertion, string? scope = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = TokenRequests.AssertionType,
            ["client_assertion"] = assertion,
        };
        if (scope is not null)
            form["scope"] = scope;
        return Http.PostAsync("/auth/token", new FormUrlEncodedContent(form));
    }

    public static string Assertion(JsonElement client, string audience)
    {
        var jwk = client.GetProperty("key");
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP384,
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
            D = Bytes(jwk, "d"),
        });
        var id = client.GetProperty("client_id").GetString();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signed = Part($$"""{"alg":"ES384","typ":"JWT","kid":"{{jwk.GetProperty("kid").GetString()}}"}""") + "."
            + Part($$"""{"iss":"{{id}}","sub":"{{id}}","aud":"{{audience}}","exp":{{now + 200}},"jti":"{{Guid.NewGuid()}}"}""");
        return signed + "." + Base64Url.EncodeToString(ec.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static HttpContent Ndjson(string text)
    {
        var content = new StringContent(text);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+ndjson");
        return content;
    }

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(JsonElement jwk, string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());

    /// <summary>Stops the HTTP side, which writes what it still has to record, and gives the store as text.</summary>
    public async Task<string> StopAndReadStateAsync()
    {
        await App.StopAsync();
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(folder, "state.db*"))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, Encoding.Latin1);
            text.Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        await Engine.DisposeAsync();
        outbound.Dispose();
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
