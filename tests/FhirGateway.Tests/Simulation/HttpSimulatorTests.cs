using System.Security.Cryptography;
using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Participants;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class HttpSimulatorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payer_sends_roster_opt_outs_people_and_records_in_this_order(bool gzip)
    {
        await using var gateway = await LoopbackGateway.StartAsync();
        using var http = new HttpClient();
        using var client = ClientFile.Parse(gateway.ClientFile());
        using var payer = new PayerSimulator(http, client, TimeProvider.System);
        var world = SimulatedWorlds.Create();
        var answers = await payer.SendAllAsync(new PayerScript(world, Cast.PayerA), gzip, Cancel);
        Assert.All(answers, a => Assert.Equal((200, 1), (a.Status, a.Body.GetProperty("accepted").GetInt32())));
        var uploads = gateway.Uploads.ToList();
        Assert.Equal(["roster", "optout", "ndjson", "ndjson"], uploads.Select(u => u.Kind));
        Assert.Equal("application/fhir+ndjson", uploads[2].ContentType);
        Assert.Equal(["roster.csv", "optout.csv", "people.ndjson", "records.ndjson"], uploads.Select(u => u.FileName));
        Assert.Equal(await SimulatedWorlds.BulkAsync(world, Cast.PayerA), (byte[])[.. uploads[2].Body, .. uploads[3].Body]);
        Assert.Single(gateway.Jtis);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once()
    {
        await using var gateway = await LoopbackGateway.StartAsync();
        gateway.Unauthorized = 1;
        using var http = new HttpClient();
        using var client = ClientFile.Parse(gateway.ClientFile());
        using var payer = new PayerSimulator(http, client, TimeProvider.System);
        Assert.True((await payer.SendRosterAsync("a,b\n"u8.ToArray(), Cancel)).IsAccepted);
        Assert.Equal(2, gateway.Jtis.Distinct().Count());
    }

    [Fact]
    public async Task A_participant_resumes_after_failures_and_torn_answers_without_gap_or_repeat()
    {
        await using var gateway = await LoopbackGateway.StartAsync();
        for (var i = 1; i <= 500; i++)
            gateway.Lines.Add($$$$"""{"sequence":{{{{i}}}},"id":"e{{{{i}}}}","type":"adt.admit","time":"2026-11-20T00:00:00Z","source":"hospital-north","person":"p","sourceMessageId":"m{{{{i}}}}","data":{"resourceType":"Bundle","id":"b","entry":[{"resource":{"resourceType":"Patient","id":"x"}},{"resource":{"resourceType":"Encounter","id":"v{{{{i}}}}","text":{"div":"{{{{new string('x', 900)}}}}"} } } ] } }""");
        (gateway.Unavailable, gateway.Torn) = (1, 200);
        using var http = new HttpClient();
        using var client = ClientFile.Parse(gateway.ClientFile());
        using var participant = new ParticipantSimulator(Cast.AcoEast, http, client, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = participant.RunAsync([StreamNames.Adt], TimeSpan.FromSeconds(1), stop.Token);
        while (participant.Received < 500)
            await Task.Delay(20, Cancel);
        await stop.CancelAsync();
        await running;
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), participant.Ledger.Select(e => e.Sequence));
        Assert.Equal(("v500", "m500"), (participant.Ledger[^1].EncounterId, participant.Ledger[^1].SourceMessageId));
        Assert.Equal(1, participant.Failures);
        Assert.Equal(500, participant.LastSequence(StreamNames.Adt));
    }

    [Fact]
    public void A_client_file_without_a_usable_key_says_what_is_wrong()
    {
        static string Message(string json) => Assert.Throws<FormatException>(() => ClientFile.Parse(Encoding.UTF8.GetBytes(json))).Message;
        Assert.Contains("'key'", Message("""{"client_id":"c"}"""));
        Assert.Contains("'client_id'", Message("""{"base_url":"http://127.0.0.1","key":{"kty":"EC"}}"""));
        Assert.Contains("EC P-384", Message("""{"client_id":"c","token_endpoint":"http://127.0.0.1/t","base_url":"http://127.0.0.1","key":{"kty":"oct"}}"""));
    }

    [Fact]
    public void An_RSA_key_signs_as_RS384()
    {
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(true);
        static string Text(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
        using var client = ClientFile.Parse(Encoding.UTF8.GetBytes($$"""
            {"client_id":"c","token_endpoint":"http://127.0.0.1/t","base_url":"http://127.0.0.1","key":{"kty":"RSA","n":"{{Text(p.Modulus)}}","e":"{{Text(p.Exponent)}}","d":"{{Text(p.D)}}","p":"{{Text(p.P)}}","q":"{{Text(p.Q)}}","dp":"{{Text(p.DP)}}","dq":"{{Text(p.DQ)}}","qi":"{{Text(p.InverseQ)}}"} }
            """));
        Assert.Equal(("RS384", "http://127.0.0.1/"), (client.Algorithm, client.BaseUrl.AbsoluteUri));
    }
}
