using System.Text.Json;
using FhirGateway.Adapters.Identity;
using FhirGateway.Host;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.IntegrationTests.Endpoints;

/// <summary>A gateway over a directory that outlives it, with one source.</summary>
internal sealed class RestartedGateway : IAsyncDisposable
{
    private readonly TokenKey key;
    private readonly WebApplication app;
    private readonly ClientRegistration registration;

    private RestartedGateway(Engine engine, TokenKey key, WebApplication app, ClientRegistration registration)
    {
        (Engine, this.key, this.app, this.registration) = (engine, key, app, registration);
        Http = new HttpClient { BaseAddress = GatewayServer.AddressOf(app) };
    }

    public Engine Engine { get; }
    public HttpClient Http { get; }

    public static async Task<RestartedGateway> StartAsync(string directory)
    {
        var options = new GatewayOptions { DataDirectory = directory };
        options.Http.Address = "127.0.0.1:0";
        var engine = await Engine.StartAsync(directory, null, TimeProvider.System, NullLoggerFactory.Instance, default);
        Assert.Null(await engine.Registry.SaveAsync(new Source { Id = "payer-a", Kind = SourceKind.Payer }, "test", default));
        var tokenKey = TokenKey.Open(Path.Combine(directory, "keys"));
        var clients = new ClientDirectory(engine.Egress, engine.Store, engine.Clock, NullLogger<ClientDirectory>.Instance);
        await clients.LoadAsync(default);
        var server = GatewayServer.Build(options, engine, tokenKey, clients, () => true, NullLoggerFactory.Instance);
        await server.StartAsync();
        return new RestartedGateway(engine, tokenKey, server, new ClientRegistration(engine.Store, clients, TimeProvider.System));
    }

    /// <summary>A token of a new client of the source.</summary>
    public async Task<string> TokenAsync()
    {
        var added = await registration.AddAsync(new ClientRequest { Role = ClientRole.Source, Owner = "payer-a", BaseUrl = Http.BaseAddress! }, default);
        using var file = JsonDocument.Parse(added.ClientFile!);
        using var response = await Http.PostAsync("/auth/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = TokenRequests.GrantType,
            ["client_assertion_type"] = TokenRequests.AssertionType,
            ["client_assertion"] = RunningGateway.Assertion(file.RootElement, file.RootElement.GetProperty("token_endpoint").GetString()!),
        }));
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Engine.DisposeAsync();
        key.Dispose();
    }
}
