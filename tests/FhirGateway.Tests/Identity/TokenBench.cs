using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Identity;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Publications;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.Identity;

/// <summary>A token endpoint over a real state store, a clock that stands still, and clients whose keys are known.</summary>
internal sealed class TokenBench : IAsyncDisposable
{
    public const string Endpoint = "https://gateway.example/auth/token";
    private readonly string folder;
    private BodyFiles bodies = null!;
    private TokenKey key = null!;
    private EgressClient egress = null!;

    private TokenBench(string folder) => this.folder = folder;

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    public SqliteStateStore Store { get; private set; } = null!;
    public ClientDirectory Clients { get; private set; } = null!;
    public AccessTokens Tokens { get; private set; } = null!;
    public TokenRequests Requests { get; private set; } = null!;
    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    public static async Task<TokenBench> StartAsync()
    {
        var bench = new TokenBench(Directory.CreateTempSubdirectory("tokens-").FullName);
        await bench.OpenAsync();
        await bench.Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Organizations.Save(new Source { Id = "payer-a", Kind = SourceKind.Payer });
            tx.Organizations.Save(new Participant { Id = "aco-a" });
            return true;
        }, TestContext.Current.CancellationToken);
        return bench;
    }

    /// <summary>What a restart of the process does.</summary>
    public async Task RestartAsync()
    {
        Close();
        await OpenAsync();
    }

    public async Task<(Client Client, JsonElement Jwk)> AddAsync(ClientRole role = ClientRole.Source, string? owner = "payer-a")
    {
        var added = await new ClientRegistration(Store, Clients, Clock).AddAsync(
            new ClientRequest { Role = role, Owner = owner, BaseUrl = new Uri("https://gateway.example") }, TestContext.Current.CancellationToken);
        Assert.True(added.IsAdded, added.Fault);
        return (added.Client, JsonDocument.Parse(added.ClientFile).RootElement.GetProperty("key"));
    }

    public Task<TokenAnswer> AskAsync(string assertion, string? scope = null) => Requests.AnswerAsync(
        new TokenForm(TokenRequests.GrantType, scope, TokenRequests.AssertionType, assertion), [Endpoint], TestContext.Current.CancellationToken);

    public JsonObject Claims(string client) => new()
    {
        ["iss"] = client,
        ["sub"] = client,
        ["aud"] = Endpoint,
        ["exp"] = Now + 240,
        ["iat"] = Now,
        ["jti"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
    };

    public static JsonObject Header(JsonElement jwk) => new() { ["alg"] = "ES384", ["typ"] = "JWT", ["kid"] = jwk.GetProperty("kid").GetString() };

    public static string Sign(JsonElement jwk, JsonNode header, JsonNode claims) => Sign(jwk, header.ToJsonString(), claims.ToJsonString());

    public static string Sign(JsonElement jwk, string header, string claims)
    {
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP384,
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
            D = Bytes(jwk, "d"),
        });
        var signed = Part(header) + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(ec.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384));
    }

    public static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(JsonElement jwk, string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());

    private async Task OpenAsync()
    {
        bodies = new BodyFiles(Path.Combine(folder, "bodies"));
        Store = new SqliteStateStore(Path.Combine(folder, "state.db"), bodies, new StreamSignals(), Clock);
        egress = new EgressClient(new EgressOptions(), TimeProvider.System, NullLogger<EgressClient>.Instance);
        Clients = new ClientDirectory(egress, Store, Clock, NullLogger<ClientDirectory>.Instance);
        await Clients.LoadAsync(TestContext.Current.CancellationToken);
        key = TokenKey.Open(Path.Combine(folder, "keys"));
        Tokens = new AccessTokens(key, Clock);
        Requests = new TokenRequests(Store, Clients, Tokens, Clock);
    }

    private void Close()
    {
        Store.Dispose();
        bodies.Dispose();
        key.Dispose();
        egress.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
