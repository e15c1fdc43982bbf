using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Organizations;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class IntakeEndpointsTests
{
    private const string Patient = """{"resourceType":"Patient","id":"1","gender":"female"}""";

    [Fact]
    public async Task An_upload_is_answered_with_a_receipt_that_counts_its_lines_when_waited_for()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Patient + "\nno json\n"));
        var content = new ByteArrayContent(zipped.ToArray());
        content.Headers.ContentType = new("application/fhir+ndjson");
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson?wait=30", token, content, ("X-File-Name", "../../etc/passwd"));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        using var receipt = JsonDocument.Parse(body);
        Assert.Equal("completed", receipt.RootElement.GetProperty("state").GetString());
        Assert.Equal(2, receipt.RootElement.GetProperty("counts").GetProperty("lines").GetInt64());
        Assert.Equal(1, receipt.RootElement.GetProperty("counts").GetProperty("held").GetInt64());
        Assert.Equal("../../etc/passwd", receipt.RootElement.GetProperty("files")[0].GetProperty("name").GetString());
        Assert.Equal("/intake/submissions/" + receipt.RootElement.GetProperty("submission").GetString(), response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_repeated_key_gets_the_first_receipt_and_another_body_a_conflict()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var a = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var b = await gateway.TokenAsync(ClientRole.Source, "payer-b");
        var first = await SubmitAsync(gateway, a, Patient, "key-1");
        Assert.Equal(first, await SubmitAsync(gateway, a, Patient, "key-1"));
        Assert.NotEqual(first, await SubmitAsync(gateway, a, Patient, "key-2"));
        Assert.NotEqual(first, await SubmitAsync(gateway, b, Patient, "key-1"));
        using var conflict = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", a, RunningGateway.Ndjson(Patient + " "), ("Idempotency-Key", "key-1"));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        Assert.Contains("OperationOutcome", await conflict.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", null, "/intake/ndjson", null, 415)]
    [InlineData("multipart/form-data", null, "/intake/ndjson", null, 415)]
    [InlineData("application/fhir+ndjson", "br", "/intake/ndjson", null, 415)]
    [InlineData("application/fhir+ndjson", "gzip, gzip", "/intake/ndjson", null, 415)]
    [InlineData("application/fhir+ndjson", null, "/intake/ndjson?wait=301", null, 400)]
    [InlineData("application/fhir+ndjson", null, "/intake/ndjson?wait=-1", null, 400)]
    [InlineData("application/fhir+ndjson", null, "/intake/ndjson?wait=1&wait=2", null, 400)]
    [InlineData("application/fhir+ndjson", null, "/intake/ndjson", "a b", 400)]
    [InlineData("application/fhir+ndjson", null, "/intake/ndjson", "", 400)]
    public async Task A_request_that_cannot_be_meant_is_refused_with_its_reason(string type, string? encoding, string path, string? key, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Patient));
        content.Headers.ContentType = new(type);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = key is null
            ? await gateway.SendAsync(HttpMethod.Post, path, token, content)
            : await gateway.SendAsync(HttpMethod.Post, path, token, content, ("Idempotency-Key", key));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("OperationOutcome", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_and_leaves_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o.Http.MostUploadBytes = 2048);
        var token = await gateway.TokenAsync(ClientRole.Source, "payer-a");
        using var known = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, RunningGateway.Ndjson(new string('x', 5000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, known.StatusCode);
        var chunked = new StreamContent(new MemoryStream(new byte[5000]));
        chunked.Headers.ContentType = new("application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/ndjson") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", token);
        using var unknown = await gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unknown.StatusCode);
        Assert.Empty(Directory.GetDirectories(Path.Combine(gateway.Engine.DataDirectory, "spool")));
    }

    private static async Task<string> SubmitAsync(RunningGateway gateway, string token, string body, string key)
    {
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/ndjson", token, RunningGateway.Ndjson(body), ("Idempotency-Key", key));
        Assert.True(response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK, response.StatusCode.ToString());
        using var receipt = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return receipt.RootElement.GetProperty("submission").GetString()!;
    }
}
