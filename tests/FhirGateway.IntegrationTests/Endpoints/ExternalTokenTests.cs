using System.Net;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using FhirGateway.Simulation.Identity;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class ExternalTokenTests : IAsyncDisposable
{
    private const string Payer = "aaaaaaaa-0000-4000-8000-000000000001";
    private const string Aco = "aaaaaaaa-0000-4000-8000-000000000002";
    private const string Operators = "aaaaaaaa-0000-4000-8000-000000000003";
    private readonly OpenIdProvider provider = OpenIdProvider.Start(TimeProvider.System);

    [Fact]
    public async Task A_token_of_the_external_issuer_opens_what_its_roles_and_its_client_allow()
    {
        await using var gateway = await StartAsync();
        foreach (var (application, roles, path, status) in new (string, string[], string, int)[]
        {
            (Operators, ["gateway.operator"], "/admin/status", 200),
            (Operators, ["system/admin"], "/admin/status", 200),
            (Operators, [], "/admin/status", 403),
            (Operators, ["gateway.source", "system/intake.write"], "/admin/status", 403),
            (Aco, ["gateway.participant"], "/streams/adt?after=0", 200),
            (Aco, ["system/streams.read"], "/streams/adt?after=0", 200),
            (Aco, ["system/panel.write"], "/streams/adt?after=0", 403),
            (Aco, ["gateway.operator", "system/admin"], "/admin/status", 403),
            (Payer, ["gateway.source"], "/intake/submissions/s-0", 404),
            (Payer, ["gateway.source"], "/streams/adt", 403),
            ("aaaaaaaa-0000-4000-8000-00000000000f", ["gateway.operator"], "/admin/status", 401),
        })
        {
            foreach (var isVersion1 in (bool[])[false, true])
            {
                var token = provider.Issue(new IssuedToken { Application = application, Roles = roles, IsVersion1 = isVersion1 });
                using var response = await gateway.SendAsync(HttpMethod.Get, path, token);
                Assert.True(status == (int)response.StatusCode, $"{application} {string.Join(' ', roles)} {path}: {(int)response.StatusCode} and not {status}");
            }
        }

        // The gateway's own tokens stay as good as they were.
        using var own = await gateway.SendAsync(HttpMethod.Get, "/admin/status", await gateway.TokenAsync(ClientRole.Operator, null));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_client_is_found_by_its_object_id_too()
    {
        await using var gateway = await StartAsync();
        var token = provider.Issue(new IssuedToken { Application = "aaaaaaaa-0000-4000-8000-00000000000f", ServicePrincipal = Operators, Roles = ["gateway.operator"] });
        using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/status", token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task S_33_every_token_that_is_off_in_one_point_is_refused_in_one_shape()
    {
        await using var gateway = await StartAsync();
        var bodies = new HashSet<string>();
        foreach (var fault in Enum.GetValues<TokenFault>().Where(f => f != TokenFault.None))
        {
            foreach (var isVersion1 in (bool[])[false, true])
            {
                var token = provider.Issue(new IssuedToken { Application = Operators, Roles = ["gateway.operator"], Fault = fault, IsVersion1 = isVersion1 });
                using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/status", token);
                Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{fault}: {response.StatusCode}");
                Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
                bodies.Add(await response.Content.ReadAsStringAsync());
            }
        }

        Assert.Single(bodies);
        using var good = await gateway.SendAsync(HttpMethod.Get, "/admin/status", provider.Issue(new IssuedToken { Application = Operators, Roles = ["gateway.operator"] }));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Where_no_external_issuer_is_configured_its_tokens_are_refused_and_nobody_is_asked()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await AddAsync(gateway, ClientRole.Operator, null, Operators);
        using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/status", Good());
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(0, provider.Requests);
    }

    [Fact]
    public async Task S_34_a_rotated_key_is_looked_up_once_and_unknown_ones_make_nobody_ask_again()
    {
        await using var gateway = await StartAsync();
        var old = Good();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, old));
        var asked = provider.Requests;
        provider.Rotate();
        // Within the minute after the first fetch nobody is asked, whatever keys tokens name; what is known stays good.
        foreach (var _ in Enumerable.Range(0, 200))
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, provider.Issue(new IssuedToken { Application = Operators, Fault = TokenFault.UnknownKey })));
        Assert.Equal(asked, provider.Requests);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, old));
    }

    [Fact]
    public async Task S_34_while_the_provider_is_down_known_keys_go_on_and_without_any_the_answer_is_to_come_back()
    {
        await using (var gateway = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, Good()));
            await provider.GoDownAsync();
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, Good()));
        }

        await using var fresh = await StartAsync();
        using var response = await fresh.SendAsync(HttpMethod.Get, "/admin/status", Good());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        // The gateway's own clients are not concerned.
        Assert.Equal(HttpStatusCode.OK, await AskAsync(fresh, await fresh.TokenAsync(ClientRole.Operator, null)));
    }

    [Fact]
    public async Task A_discovery_document_that_leads_elsewhere_is_not_followed()
    {
        await using var gateway = await StartAsync();
        provider.ClaimedKeySet = "http://127.0.0.2:1/keys";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(gateway, Good()));
        provider.ClaimedKeySet = null;
        provider.ClaimedIssuer = provider.Instance + "common/v2.0";
        await using var other = await StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(other, Good()));
    }

    private string Good() => provider.Issue(new IssuedToken { Application = Operators, Roles = ["gateway.operator"] });

    private static async Task<HttpStatusCode> AskAsync(RunningGateway gateway, string token)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/status", token);
        return response.StatusCode;
    }

    private async Task<RunningGateway> StartAsync()
    {
        var gateway = await RunningGateway.StartAsync(o =>
        {
            o.AzureAd.Instance = provider.Instance;
            o.AzureAd.AllowedOrigin = provider.Instance;
            o.AzureAd.TenantId = OpenIdProvider.Tenant;
            o.AzureAd.ClientId = OpenIdProvider.Gateway;
        });
        await AddAsync(gateway, ClientRole.Source, "payer-a", Payer);
        await AddAsync(gateway, ClientRole.Participant, "aco-a", Aco);
        await AddAsync(gateway, ClientRole.Operator, null, Operators);
        return gateway;
    }

    private static async Task AddAsync(RunningGateway gateway, ClientRole role, string? owner, string id)
    {
        var added = await gateway.Registration.AddAsync(new ClientRequest { Role = role, Owner = owner, ExternalId = id, BaseUrl = gateway.Address }, default);
        Assert.True(added.IsAdded, added.Fault);
    }

    public ValueTask DisposeAsync() => provider.DisposeAsync();
}
