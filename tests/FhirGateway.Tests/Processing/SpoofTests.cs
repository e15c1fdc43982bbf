using System.Net;
using System.Net.Sockets;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

public sealed class SpoofTests
{
    [Theory]
    [InlineData("Patient/123")]
    [InlineData("https://payer-a.example/fhir/Patient/123")]
    [InlineData("urn:uuid:9b0a6a3c-65b5-4a8e-8d2b-8a5c4f1f1c11")]
    [InlineData("Patient?identifier=urn:payer-a:members|M-123")]
    public async Task S_51_a_reference_of_one_source_never_reaches_a_patient_of_another(string reference)
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Registry.SaveAsync(gateway.Payer with { BaseUrls = ["https://payer-a.example/fhir"] }, "test", default);
        await gateway.RosterAsync(new(), Row("123"), Row("9b0a6a3c-65b5-4a8e-8d2b-8a5c4f1f1c11", line: 3));
        await gateway.ImportAsync(gateway.Payer,
            """{"resourceType":"Patient","id":"123","identifier":[{"system":"urn:payer-a:members","value":"M-123"}]}""",
            """{"resourceType":"Patient","id":"9b0a6a3c-65b5-4a8e-8d2b-8a5c4f1f1c11"}""");
        var before = gateway.Events("clinical").Count;
        var other = gateway.Engine.Organizations.Value.FindSource("payer-b")!;
        await gateway.ImportAsync(other,
            Eob("theft", "x").Replace("Patient/x", reference, StringComparison.Ordinal),
            """{"resourceType":"Patient","id":"123","identifier":[{"system":"urn:payer-a:members","value":"M-123"}]}""");
        Assert.Empty(gateway.Events("claims"));
        Assert.Equal(before, gateway.Events("clinical").Count);
        // And nobody's own is lost to it: what payer-a sends about its member still goes.
        await gateway.ImportAsync(gateway.Payer, Eob("own", "123"));
        Assert.Equal("payer-a", Assert.Single(gateway.Events("claims")).Source);
    }

    [Fact]
    public async Task S_54_an_attachment_is_never_fetched_and_a_narrative_passes_as_the_text_it_is()
    {
        using var canary = new TcpListener(IPAddress.Loopback, 0);
        canary.Start();
        var connected = false;
        var waiting = Task.Run(async () =>
        {
            using var client = await canary.AcceptTcpClientAsync();
            connected = true;
        });
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(new(), Row("m1"));
        var url = $"http://127.0.0.1:{((IPEndPoint)canary.LocalEndpoint).Port}/scan.svg";
        var line = $$$"""{"resourceType":"DocumentReference","id":"d1","status":"current","subject":{"reference":"Patient/m1"},"content":[{"attachment":{"contentType":"image/svg+xml","url":"{{{url}}}"}}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></div>"},"date":"2026-03-01T00:00:00Z"}""";
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), line);
        var event_ = Assert.Single(await gateway.ReadAsync("clinical"), e => e.GetProperty("data").GetProperty("resourceType").GetString() == "DocumentReference");
        Assert.Equal(url, event_.GetProperty("data").GetProperty("content")[0].GetProperty("attachment").GetProperty("url").GetString());
        canary.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        Assert.False(connected);
    }
}
