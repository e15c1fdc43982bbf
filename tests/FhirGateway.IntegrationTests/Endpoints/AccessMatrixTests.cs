using System.Net;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class AccessMatrixTests
{
    /// <summary>What each route answers to anybody, a source, a participant and an operator, with a request that names nothing of its own.</summary>
    private static readonly Dictionary<string, (int Anybody, int Source, int Participant, int Operator)> Expected = new()
    {
        ["GET /health/live"] = (200, 200, 200, 200),
        ["GET /health/ready"] = (200, 200, 200, 200),
        ["POST /auth/token"] = (400, 400, 400, 400),
        ["GET /fhir/.well-known/smart-configuration"] = (200, 200, 200, 200),
        ["GET /fhir/metadata"] = (200, 200, 200, 200),
        ["GET /streams/{stream}"] = (401, 403, 404, 403),
        ["POST /intake/ndjson"] = (401, 400, 403, 403),
        ["POST /intake/roster"] = (401, 415, 403, 403),
        ["POST /intake/optout"] = (401, 415, 403, 403),
        ["POST /intake/panel"] = (401, 403, 415, 403),
        ["POST /intake/hl7v2"] = (401, 415, 403, 403),
        ["POST /fhir/$process-message"] = (401, 415, 403, 403),
        ["GET /intake/submissions/{id}"] = (401, 404, 403, 403),
        ["HEAD /intake/uploads/{id}"] = (401, 404, 403, 403),
        ["PATCH /intake/uploads/{id}"] = (401, 404, 403, 403),
        ["DELETE /intake/uploads/{id}"] = (401, 404, 403, 403),
        ["POST /fhir/$bulk-submit"] = (401, 415, 403, 403),
        ["POST /fhir/$bulk-submit-status"] = (401, 415, 403, 403),
        ["GET /fhir/$bulk-submit-status/{id}/{poll}"] = (401, 404, 403, 403),
        ["DELETE /fhir/$bulk-submit-status/{id}/{poll}"] = (401, 404, 403, 403),
        ["GET /fhir/$bulk-submit-status/{id}/{poll}/outcomes/{file}"] = (401, 404, 403, 403),
        ["GET /intake/submissions/{id}/outcomes"] = (401, 404, 403, 403),
        ["GET /admin/status"] = (401, 403, 403, 200),
        ["GET /admin/feeds"] = (401, 403, 403, 200),
        ["GET /admin/feeds/alerts"] = (401, 403, 403, 200),
        ["GET /admin/feeds/{id}"] = (401, 403, 403, 404),
        ["GET /admin/submissions"] = (401, 403, 403, 200),
        ["GET /admin/submissions/{id}"] = (401, 403, 403, 404),
        ["GET /admin/submissions/{id}/outcomes"] = (401, 403, 403, 404),
        ["POST /admin/submissions/{id}/pause"] = (401, 403, 403, 404),
        ["POST /admin/submissions/{id}/resume"] = (401, 403, 403, 404),
        ["POST /admin/submissions/{id}/cancel"] = (401, 403, 403, 404),
        ["POST /admin/submissions/{id}/rerun"] = (401, 403, 403, 404),
        ["GET /admin/sources/{id}"] = (401, 403, 403, 404),
        ["* {**path}"] = (404, 404, 404, 404),
    };

    [Fact]
    public async Task Every_route_has_an_entry_and_answers_each_role_as_it_says()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var source = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var participant = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        var operators = await gateway.TokenAsync(ClientRole.Operator, null);
        var routes = gateway.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.NotEmpty(routes);
        var seen = new HashSet<string>();
        foreach (var route in routes)
        {
            var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"];
            foreach (var method in methods)
            {
                var name = $"{method} {route.RoutePattern.RawText}";
                Assert.True(Expected.TryGetValue(name, out var expected), $"{name} has no entry in the access matrix");
                seen.Add(name);
                var path = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{stream}", "none", StringComparison.Ordinal)
                    .Replace("{id}", "s-0000000000000000", StringComparison.Ordinal).Replace("{poll}", "1", StringComparison.Ordinal).Replace("{file}", "1.ndjson", StringComparison.Ordinal).Replace("{**path}", "no/such/route", StringComparison.Ordinal);
                foreach (var (token, status) in new[] { (null, expected.Anybody), (source, expected.Source), (participant, expected.Participant), (operators, expected.Operator) })
                {
                    var send = new HttpMethod(method == "*" ? "GET" : method);
                    using var response = await gateway.SendAsync(send, path, token, method == "POST" ? RunningGateway.Ndjson("") : null);
                    Assert.True(status == (int)response.StatusCode, $"{name}: {(int)response.StatusCode} and not {status}");
                    Assert.False(response.Headers.Contains("Server"));
                }
            }
        }

        Assert.Equal(Expected.Keys.Order(), seen.Order());
    }

    [Fact]
    public async Task Another_methods_and_paths_are_unknown()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Operator, null);
        foreach (var method in (string[])["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "POST"])
        {
            using var response = await gateway.SendAsync(new HttpMethod(method), "/admin/status", token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_submission_of_another_source_answers_like_an_unknown_one()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var a = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var b = await gateway.TokenAsync(ClientRole.Source, "payer-b");
        using var sent = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", a, RunningGateway.Ndjson("{}\n"));
        var location = sent.Headers.Location!.ToString();
        using (var own = await gateway.SendAsync(HttpMethod.Get, location, a))
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using var foreign = await gateway.SendAsync(HttpMethod.Get, location, b);
        using var unknown = await gateway.SendAsync(HttpMethod.Get, "/intake/submissions/s-ffffffffffffffff", b);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (foreign.StatusCode, unknown.StatusCode));
        Assert.Equal(await unknown.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
        Assert.Equal(HeadersOf(unknown), HeadersOf(foreign));
    }

    [Fact]
    public async Task A_token_is_needed_that_this_gateway_signed_for_a_client_it_knows()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var other = await RunningGateway.StartAsync();
        var good = await gateway.TokenAsync(ClientRole.Operator, null);
        var parts = good.Split('.');
        var none = System.Buffers.Text.Base64Url.EncodeToString("""{"alg":"none","typ":"at+jwt"}"""u8);
        var plain = System.Buffers.Text.Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT"}"""u8);
        foreach (var token in new[]
        {
            await other.TokenAsync(ClientRole.Operator, null),
            good[..^3],
            good + "x",
            none + "." + parts[1] + ".",
            none + "." + parts[1] + "." + parts[2],
            plain + "." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + ".",
            "x",
            "..",
        })
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, "/admin/status", token);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        }

        // A token in the URL, and what a proxy or platform might vouch for, count for nothing.
        using var inUrl = await gateway.SendAsync(HttpMethod.Get, "/admin/status?access_token=" + good, null);
        Assert.Equal(HttpStatusCode.Unauthorized, inUrl.StatusCode);
        var low = await gateway.TokenAsync(ClientRole.Participant, "aco-a");
        using var forged = await gateway.SendAsync(HttpMethod.Get, "/admin/status", low, null,
            ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-User", "admin"), ("X-MS-CLIENT-PRINCIPAL", "e30="), ("X-User", "operator"), ("X-Original-URL", "/health/live"));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task A_narrower_token_does_not_reach_what_it_did_not_ask_for()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a", ClientScopes.BulkSubmit);
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, RunningGateway.Ndjson("{}\n"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Thousands_of_refusals_leave_a_handful_of_audit_records()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var before = gateway.Engine.Reader.Status().AuditRecords;
        for (var i = 0; i < 1500; i++)
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, $"/streams/adt?after={i}", i % 2 == 0 ? null : "x");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        var from = TimeProvider.System.GetTimestamp();
        while (gateway.Engine.Reader.Status().AuditRecords < before + 2 && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(10))
            await Task.Delay(50);
        Assert.Equal(before + 2, gateway.Engine.Reader.Status().AuditRecords);
    }

    private static string HeadersOf(HttpResponseMessage response) =>
        string.Join('\n', response.Headers.Concat(response.Content.Headers).Where(h => h.Key != "Date").Select(h => h.Key + ": " + string.Join(',', h.Value)).Order());
}
