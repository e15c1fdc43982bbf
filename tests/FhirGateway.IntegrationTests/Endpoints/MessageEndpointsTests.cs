using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FhirGateway.Attributions;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.IntegrationTests.Endpoints;

/// <summary>HL7v2 and FHIR messages over HTTP.</summary>
public sealed class MessageEndpointsTests
{
    private const string Message = "MSH|^~\\&|ADT|MERCY|GW|HIE|20260615100000||ADT^A01|c-1|P|2.5.1\rEVN||20260615100000\rPID|1||9^^^MERCY^MR||Moore^Ada||19500517|F|||1 Elm St^^Denver^CO^80202\rPV1|1|I|4N^401^1|||||||MED||||||||||V1^^^MERCY^VN\r";

    [Fact]
    public async Task A_message_is_answered_AA_and_its_event_comes_out()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        await PanelAsync(gateway);
        var (status, type, body) = await SendAsync(gateway, token, Message);
        Assert.Equal((200, "application/hl7-v2"), (status, type));
        Assert.Contains("MSA|AA|c-1", body, StringComparison.Ordinal);
        await gateway.Engine.DrainAsync(default);
        Assert.Single(Events(gateway, "adt.admit"));
    }

    [Theory]
    [InlineData("application/hl7-v2")]
    [InlineData("application/hl7-v2; charset=utf-8")]
    [InlineData("x-application/hl7-v2+er7")]
    [InlineData("text/plain; charset=\"iso-8859-1\"")]
    public async Task Every_usual_content_type_is_taken(string type)
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        Assert.Contains("MSA|AA", (await SendAsync(gateway, token, Message, type)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/hl7-v2+xml", "XML")]
    [InlineData("application/json", "ER7")]
    [InlineData("application/hl7-v2; charset=klingon", "charset")]
    [InlineData(null, "Content-Type")]
    public async Task Another_content_type_is_a_415_that_says_what_is_taken(string? type, string says)
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        var (status, _, body) = await SendAsync(gateway, token, Message, type);
        Assert.Equal(415, status);
        Assert.Contains(says, body, StringComparison.Ordinal);
        Assert.Contains("OperationOutcome", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_acknowledgement_is_a_200_and_its_code_says_what_to_do()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        foreach (var (message, code) in new[]
        {
            (Message, "MSA|AA|c-1"),
            (Message.Replace("PID|", "ZID|", StringComparison.Ordinal), "MSA|AE|c-1"),
            (Message.Replace("|c-1|", "||", StringComparison.Ordinal), "MSA|AE"),
            (Message.Replace("ADT^A01", "ORU^R01", StringComparison.Ordinal), "MSA|AR|c-1"),
            (Message.Replace("|MERCY|GW", "|OTHER|GW", StringComparison.Ordinal), "MSA|AR|c-1"),
            (Message.Replace("|MERCY|GW", "||GW", StringComparison.Ordinal), "MSA|AR|c-1"),
            ("no message at all", "MSA|AE"),
        })
        {
            var (status, type, body) = await SendAsync(gateway, token, message);
            Assert.Equal((200, "application/hl7-v2"), (status, type));
            Assert.Contains(code, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_facility_of_another_source_is_refused_whatever_the_token_may_do()
    {
        await using var gateway = await StartAsync();
        Assert.Null(await gateway.Engine.Registry.SaveAsync(new Source { Id = "other", Kind = SourceKind.Hospital, Facilities = ["GRACE"] }, "test", default));
        var token = await gateway.TokenAsync(ClientRole.Source, "other");
        var (status, _, body) = await SendAsync(gateway, token, Message);
        Assert.Equal(200, status);
        Assert.Contains("MSA|AR|c-1", body, StringComparison.Ordinal);
        Assert.Contains("MSH^1^4", body, StringComparison.Ordinal);
        await gateway.Engine.DrainAsync(default);
        Assert.Equal(0, gateway.Engine.Reader.Status().Persons);
        Assert.Matches("""\{"client":"c-[^"]+","route":"/intake/hl7v2","reason":"foreign-facility","count":1\}""", await gateway.StopAndReadStateAsync());
    }

    [Fact]
    public async Task A_batch_gets_a_batch_of_acknowledgements_and_messages_in_a_row_one_each()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        var second = Message.Replace("c-1", "c-2", StringComparison.Ordinal).Replace("PID|", "ZID|", StringComparison.Ordinal);
        var (_, _, row) = await SendAsync(gateway, token, Message + second);
        Assert.Equal(["MSA|AA|c-1", "MSA|AE|c-2"], row.Split('\r').Where(s => s.StartsWith("MSA", StringComparison.Ordinal)).Select(s => string.Join('|', s.Split('|').Take(3))));
        var (_, _, batch) = await SendAsync(gateway, token, "BHS|^~\\&|ADT|MERCY\r" + Message + second + "BTS|2\r");
        Assert.StartsWith("BHS|", batch, StringComparison.Ordinal);
        Assert.Contains("BTS|2", batch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_charset_of_the_header_is_read_where_the_message_names_none()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        await PanelAsync(gateway);
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(Message.Replace("Elm St", "Élm St", StringComparison.Ordinal)));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/hl7-v2; charset=ISO-8859-1");
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/hl7v2", token, content);
        Assert.Contains("MSA|AA", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await gateway.Engine.DrainAsync(default);
        var page = await gateway.Engine.Exit.ReadAsync(gateway.Engine.Organizations.Value.FindParticipant("aco-a")!, "test", "adt", 0, 10, default);
        Assert.Contains("\u00C9lm St", Encoding.UTF8.GetString(page.Lines.Single().Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", "us-ascii")]
    [InlineData("iso-8859-1", "us-ascii")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-16BE", "utf-16BE")]
    [InlineData("utf-16BE", "utf-16")]
    public async Task S_09_a_charset_of_the_header_that_the_bytes_contradict_costs_no_letter(string sent, string said)
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        await PanelAsync(gateway);
        var encoding = Encoding.GetEncoding(sent);
        byte[] mark = sent == said ? [] : encoding.GetPreamble();
        var content = new ByteArrayContent([.. sent == "utf-8" ? [] : mark, .. encoding.GetBytes(Message.Replace("Elm St", "\u00C9lm\u00E9 St", StringComparison.Ordinal))]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/hl7-v2; charset=" + said);
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/hl7v2", token, content);
        Assert.Contains("MSA|AA", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await gateway.Engine.DrainAsync(default);
        var page = await gateway.Engine.Exit.ReadAsync(gateway.Engine.Organizations.Value.FindParticipant("aco-a")!, "test", "adt", 0, 10, default);
        Assert.Contains("\u00C9lm\u00E9 St", Encoding.UTF8.GetString(page.Lines.Single().Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UTF_16_that_is_cut_in_the_middle_of_a_character_is_AE()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        var content = new ByteArrayContent(Encoding.Unicode.GetBytes(Message)[..^1]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/hl7-v2; charset=utf-16");
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/hl7v2", token, content);
        Assert.Contains("MSA|AE", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var gateway = await StartAsync(o => o.Http.MostMessageBytes = 2048);
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        foreach (var path in (string[])["/intake/hl7v2", "/fhir/$process-message"])
        {
            var content = new StringContent(new string('x', 5000));
            content.Headers.ContentType = new MediaTypeHeaderValue(path.Contains("fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/hl7-v2");
            using var response = await gateway.SendAsync(HttpMethod.Post, path, token, content);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_FHIR_message_is_accepted_and_comes_out_and_a_repeat_of_it_does_not()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        await PanelAsync(gateway);
        for (var i = 0; i < 2; i++)
        {
            var (status, body) = await NotifyAsync(gateway, token, Notification());
            Assert.Equal(200, status);
            Assert.Equal("information", Issue(body).GetProperty("severity").GetString());
        }

        await gateway.Engine.DrainAsync(default);
        Assert.Single(Events(gateway, "adt.admit"));
    }

    [Fact]
    public async Task A_FHIR_message_that_must_be_mended_is_answered_with_the_place_and_nothing_of_it_is_taken()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        var (status, body) = await NotifyAsync(gateway, token, Notification().Replace("notification-admit", "notification-refill-request", StringComparison.Ordinal));
        Assert.Equal(422, status);
        Assert.Equal("Bundle.entry[0].resource.eventCoding", Issue(body).GetProperty("expression")[0].GetString());
        Assert.DoesNotContain("Moore", body, StringComparison.Ordinal);
        (status, body) = await NotifyAsync(gateway, token, "{");
        Assert.Equal((400, "structure"), (status, Issue(body).GetProperty("code").GetString()));
        await gateway.Engine.DrainAsync(default);
        Assert.Equal(0, gateway.Engine.Reader.Status().Persons);
    }

    [Theory]
    [InlineData("?async=true", "application/fhir+json", 400)]
    [InlineData("?response-url=https://example.org", "application/fhir+json", 400)]
    [InlineData("?async=false", "application/fhir+json", 200)]
    [InlineData("", "application/json", 200)]
    [InlineData("", "application/fhir+xml", 415)]
    [InlineData("", "text/plain", 415)]
    public async Task Only_the_synchronous_form_in_JSON_is_served(string query, string type, int expected)
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        var (status, body) = await NotifyAsync(gateway, token, Notification(), query, type);
        Assert.True(expected == status, body);
    }

    [Fact]
    public async Task Every_example_of_Da_Vinci_Alerts_is_accepted()
    {
        var folder = Path.Combine(Docs.BuiltGateway.Repository, "..", "shared", "data", "hl7v2", "alerts");
        Assert.SkipUnless(Directory.Exists(folder), "shared data is absent");
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync(ClientRole.Source, "hospital");
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            var (status, body) = await NotifyAsync(gateway, token, await File.ReadAllTextAsync(file));
            Assert.True(status == 200, $"{Path.GetFileName(file)}: {body}");
        }
    }

    private static async Task<RunningGateway> StartAsync(Action<Host.GatewayOptions>? configure = null)
    {
        var gateway = await RunningGateway.StartAsync(configure);
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            new Source { Id = "hospital", Kind = SourceKind.Hospital, Facilities = ["MERCY"], Feed = new() { AuthoritySystems = [new("MERCY", "urn:oid:1.2.3.5")] } }, "test", default));
        return gateway;
    }

    private static async Task PanelAsync(RunningGateway gateway)
    {
        var row = new RosterRow
        {
            Line = 2,
            Key = "L-1",
            Facts = new PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
        };
        await gateway.Engine.Rosters.LoadPanelAsync(gateway.Engine.Organizations.Value.FindParticipant("aco-a")!, "test", [row], [], 3650, default);
        await gateway.Engine.DrainAsync(default);
        // The message is of a day before the panel's first.
        Assert.Null(await gateway.Engine.Registry.SaveAsync(
            new Agreement { Id = "g", Source = "hospital", Participant = "aco-a", LookBackDays = 36500 }, "test", default));
    }

    private static List<FhirGateway.Publications.Publication> Events(RunningGateway gateway, string type) =>
        [.. gateway.Engine.Reader.Read(gateway.Engine.Organizations.Value.FindParticipant("aco-a")!.Number, "adt", 0, 100).Where(p => p.Type == type)];

    private static async Task<(int Status, string? Type, string Body)> SendAsync(RunningGateway gateway, string token, string message, string? type = "application/hl7-v2")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(message));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await gateway.SendAsync(HttpMethod.Post, "/intake/hl7v2", token, content);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    private static async Task<(int Status, string Body)> NotifyAsync(
        RunningGateway gateway, string token, string bundle, string query = "", string type = "application/fhir+json")
    {
        var content = new StringContent(bundle);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await gateway.SendAsync(HttpMethod.Post, "/fhir/$process-message" + query, token, content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static JsonElement Issue(string body) => JsonDocument.Parse(body).RootElement.GetProperty("issue")[0];

    private static string Notification() => """
        {"resourceType":"Bundle","id":"m-1","type":"message","timestamp":"2026-06-15T10:00:05Z","entry":[
        {"fullUrl":"https://h.example/fhir/MessageHeader/h","resource":{"resourceType":"MessageHeader","id":"h",
        "eventCoding":{"system":"http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event","code":"notification-admit"},
        "source":{"endpoint":"https://h.example"},"focus":[{"reference":"Encounter/e"}]}},
        {"fullUrl":"https://h.example/fhir/Encounter/e","resource":{"resourceType":"Encounter","id":"e","identifier":[{"system":"https://h.example/visit","value":"V9"}],
        "status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/p"},
        "period":{"start":"2026-06-15T10:00:00Z"}}},
        {"fullUrl":"https://h.example/fhir/Patient/p","resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.3.5","value":"9"}],
        "name":[{"family":"Moore","given":["Ada"]}],"gender":"female","birthDate":"1950-05-17","address":[{"postalCode":"80202"}]}}]}
        """;
}
