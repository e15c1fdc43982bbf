using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Submitting;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>What a conformance suite asks of a receiver of bulk submissions (Bulk Data Access 4.0.0-ballot), seen from the provider's side.</summary>
public sealed class SubmitReceiverTests(BulkGateway gateway) : IClassFixture<BulkGateway>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProviderDialect.Ballot4, "outcome")]
    [InlineData(ProviderDialect.Draft2025, "error")]
    public async Task A_submission_of_several_manifests_is_taken_processed_and_accounted_for_in_the_words_of_its_sender(ProviderDialect dialect, string issues)
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-" + dialect.ToString().ToLowerInvariant(), dialect);
        var people = source.Publish("people", source.Members.Lines.Where(l => l.Contains("\"Patient\"", StringComparison.Ordinal)));
        var claims = source.Publish("claims", source.Members.Lines.Where(l => l.Contains("\"ExplanationOfBenefit\"", StringComparison.Ordinal)));
        var first = await source.SubmitAsync("s1", "in-progress", people);
        Assert.Equal((200, "OperationOutcome"), (first.Status, first.ResourceType));
        // May be asked at any time: it is 202 until the sender says that nothing more comes.
        var asked = await source.Provider.AskStatusAsync(new SubmitCall { SubmissionId = "s1" }, separate: false, Cancel);
        Assert.Equal(202, asked.Status);
        Assert.True(Uri.TryCreate(asked.Header("Content-Location"), UriKind.Absolute, out var poll));
        var early = await source.Provider.GetAsync(poll!, Cancel);
        Assert.Equal(202, early.Status);
        Assert.InRange(early.Header("X-Progress")!.Length, 1, 99);
        Assert.Matches("^[1-9][0-9]*$", early.Header("Retry-After"));
        Assert.Null(early.Header("X-Export-Status"));
        Assert.Equal(200, (await source.SubmitAsync("s1", "completed", claims)).Status);

        var done = await source.WaitAsync("s1");
        Assert.Equal((200, "application/json"), (done.Status, done.Header("Content-Type")!.Split(';')[0]));
        Assert.NotNull(done.Header("Expires"));
        Assert.True(DateTimeOffset.TryParse(done.Body.GetProperty("transactionTime").GetString(), out _));
        Assert.True(done.Body.GetProperty("requiresAccessToken").GetBoolean());
        Assert.Equal("s1", dialect == ProviderDialect.Ballot4 ? done.Body.GetProperty("submissionId").GetString() : done.Body.GetProperty("extension").GetProperty("submissionId").GetString());
        Assert.Equal(JsonValueKind.Array, done.Body.GetProperty("output").ValueKind);
        var listed = done.Body.GetProperty(issues).EnumerateArray().ToList();
        var manifests = listed.Select(o => dialect == ProviderDialect.Ballot4 ? o.GetProperty("manifestUrl").GetString() : o.GetProperty("extension").GetProperty("manifestUrl").GetString());
        Assert.Equal([people.OriginalString, claims.OriginalString], manifests);
        Assert.DoesNotContain(await source.IssuesAsync(done.Body, issues), i => i.GetProperty("severity").GetString() is "error" or "fatal");
        Assert.Equal(source.Members.Claims.Order(), (await source.ClaimsAsync()).Order());
        Assert.All(source.Provider.Requests.All, r => Assert.Null(r.Header("Authorization")));

        var late = await source.SubmitAsync("s1", null, source.Publish("late", source.Members.Patient(0)));
        Assert.InRange(late.Status, 400, 499);
        Assert.Equal("OperationOutcome", late.ResourceType);
        Assert.Equal(202, (await source.Provider.DeleteAsync(poll!, Cancel)).Status);
        var gone = await source.Provider.GetAsync(poll!, Cancel);
        Assert.Equal((404, "OperationOutcome"), (gone.Status, gone.ResourceType));
    }

    [Fact]
    public async Task Calls_that_break_the_rules_are_refused_with_an_OperationOutcome_and_leave_nothing()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-rules");
        var manifest = source.Publish("m", source.Members.Lines);
        const string Who = """{"name":"submitter","valueIdentifier":{"system":"https://payers.example/submitters","value":"sub-rules"}}""";
        const string Id = """{"name":"submissionId","valueString":"bad"}""";
        var url = $$"""{"name":"manifestUrl","valueUrl":"{{manifest}}"}""";
        var fhir = $$"""{"name":"fhirBaseUrl","valueUrl":"{{source.Provider.FhirUrl}}"}""";
        foreach (var (why, parameters) in (ValueTuple<string, string>[])
        [
            ("no submitter", $"{Id},{url},{fhir}"),
            ("no submissionId", $"{Who},{url},{fhir}"),
            ("neither status nor manifest", $"{Who},{Id}"),
            ("manifest without base", $"{Who},{Id},{url}"),
            ("two submitters", $"{Who},{Who},{Id},{url},{fhir}"),
            ("unknown status", $$$"""{{{Who}}},{{{Id}}},{"name":"submissionStatus","valueCoding":{"system":"http://hl7.org/fhir/event-status","code":"resting"}}"""),
            ("relative manifest", $$$"""{{{Who}}},{{{Id}}},{"name":"manifestUrl","valueUrl":"m"},{{{fhir}}}"""),
            ("an origin that is not agreed", $$$"""{{{Who}}},{{{Id}}},{"name":"manifestUrl","valueUrl":"http://169.254.169.254/latest"},{{{fhir}}}"""),
            ("encrypted files", $$$"""{{{Who}}},{{{Id}}},{{{url}}},{{{fhir}}},{"name":"fileEncryptionKey","part":[{"name":"value","valueString":"x"}]}"""),
            ("a header of ours", $$$"""{{{Who}}},{{{Id}}},{{{url}}},{{{fhir}}},{"name":"fileRequestHeader","part":[{"name":"headerName","valueString":"Host"},{"name":"headerValue","valueString":"x"}]}"""),
            ("replacing what is not there", $$$"""{{{Who}}},{{{Id}}},{{{url}}},{{{fhir}}},{"name":"replacesManifestUrl","valueUrl":"{{{manifest}}}2"}"""),
            ("stopping what is not there", $$$"""{{{Who}}},{{{Id}}},{"name":"submissionStatus","valueCoding":{"system":"http://hl7.org/fhir/event-status","code":"stopped"}}"""),
        ])
        {
            var answer = await source.Provider.PostAsync("fhir/$bulk-submit", Encoding.UTF8.GetBytes($$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}"""), [], Cancel);
            Assert.True(answer.Status is >= 400 and < 500, $"{why}: {answer.Status}");
            Assert.True(answer.ResourceType == "OperationOutcome", why);
        }

        foreach (var body in (string[])["", "no json", "{}", """{"resourceType":"Patient"}""", """{"resourceType":"Parameters","resourceType":"Parameters","parameter":[]}"""])
            Assert.Equal((true, "OperationOutcome"), (await source.Provider.PostAsync("fhir/$bulk-submit", Encoding.UTF8.GetBytes(body), [], Cancel)) is var a ? (a.Status is >= 400 and < 500, a.ResourceType) : default);
        Assert.Equal(404, (await source.Provider.AskStatusAsync(new SubmitCall { SubmissionId = "bad" }, separate: false, Cancel)).Status);
        Assert.Empty(source.Provider.Requests.All);
    }

    [Fact]
    public async Task S17_A_submission_of_another_answers_like_an_unknown_one()
    {
        await using var a = await SubmitSource.AddAsync(gateway, "sub-a");
        await using var b = await SubmitSource.AddAsync(gateway, "sub-b");
        Assert.Equal(200, (await a.SubmitAsync("mine", "completed", a.Publish("m", a.Members.Lines))).Status);
        Assert.Equal(200, (await a.WaitAsync("mine")).Status);
        var claims = await a.ClaimsAsync();
        var stolen = ("https://payers.example/submitters", "sub-a");
        foreach (var call in (SubmitCall[])[new() { SubmissionId = "mine", Status = "stopped" }, new() { SubmissionId = "mine", Status = "stopped", Submitter = stolen }])
        {
            var answer = await b.Provider.SubmitAsync(call, Cancel);
            Assert.True(answer.Status is 403 or 404, answer.ToString());
            var unknown = await b.Provider.SubmitAsync(call with { SubmissionId = "nobody's" }, Cancel);
            Assert.Equal((unknown.Status, unknown.Body.GetRawText()), (answer.Status, answer.Body.GetRawText()));
            var status = await b.Provider.AskStatusAsync(call, separate: false, Cancel);
            Assert.True(status.Status is 403 or 404, status.ToString());
        }

        var asked = await a.Provider.AskStatusAsync(new SubmitCall { SubmissionId = "mine" }, separate: false, Cancel);
        Assert.Equal(404, (await b.Provider.GetAsync(new Uri(asked.Header("Content-Location")!), Cancel)).Status);
        Assert.Equal(claims, await a.ClaimsAsync());
    }

    [Fact]
    public async Task A_replaced_manifest_gives_way_to_the_new_one_and_a_removed_one_to_nothing()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-replace");
        var people = source.Publish("people", source.Members.Lines.Where(l => l.Contains("\"Patient\"", StringComparison.Ordinal)));
        var wrong = source.Publish("wrong", source.Members.Claim(0, 0), source.Members.Claim(1, 0));
        var extra = source.Publish("extra", source.Members.Claim(2, 0));
        await source.SubmitAsync("s", "in-progress", people);
        await source.SubmitAsync("s", "in-progress", wrong);
        await source.SubmitAsync("s", "in-progress", extra);
        await UntilAsync(async () => (await source.ClaimsAsync()).Count == 3);
        var right = source.Publish("right", source.Members.Claim(1, 0), source.Members.Claim(3, 0));
        Assert.Equal(200, (await source.SubmitAsync("s", "in-progress", right, wrong)).Status);
        Assert.Equal(200, (await source.SubmitAsync("s", "in-progress", null, extra)).Status);
        Assert.Equal(200, (await source.SubmitAsync("s", "completed")).Status);
        var done = await source.WaitAsync("s");
        Assert.Equal(200, done.Status);
        Assert.Equal([people.OriginalString, right.OriginalString], done.Body.GetProperty("outcome").EnumerateArray().Select(o => o.GetProperty("manifestUrl").GetString()!).Distinct());
        // What is in force is what the streams have and have not taken back.
        Assert.Equal(["m1-0", "m3-0"], await InForceAsync(source));
    }

    [Fact]
    public async Task Stopping_ends_work_in_flight_and_takes_back_what_was_published()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-stop");
        await source.SubmitAsync("s", "in-progress", source.Publish("all", source.Members.Lines));
        await UntilAsync(async () => (await source.ClaimsAsync()).Count == source.Members.Claims.Count);
        // One more manifest whose file never ends is being fetched when the sender stops.
        source.Provider.Faults.Add("slow/", ServerFault.Slow(50), times: null);
        await source.SubmitAsync("s", "in-progress", source.Publish("slow", source.Members.Lines));
        await UntilAsync(() => Task.FromResult(source.Provider.Requests.All.Any(r => r.Path.StartsWith("/files/slow/", StringComparison.Ordinal))));
        Assert.Equal(200, (await source.SubmitAsync("s", "stopped")).Status);
        await UntilAsync(async () => (await InForceAsync(source)).Count == 0);
        var status = await source.WaitAsync("s");
        Assert.InRange(status.Status, 400, 599);
        Assert.Equal("OperationOutcome", status.ResourceType);
        var fetched = source.Provider.Requests.All.Length;
        await Task.Delay(500, Cancel);
        Assert.Equal(fetched, source.Provider.Requests.All.Length);
        Assert.InRange((await source.SubmitAsync("s", "in-progress", source.Publish("more", source.Members.Lines))).Status, 400, 499);
    }

    [Fact]
    public async Task A_bad_file_is_reported_with_its_manifest_and_does_not_fail_the_others()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-bad", filesPerPage: 1);
        var members = source.Members;
        var manifest = source.Provider.Publish("m",
            SubmitProvider.File("Patient.ndjson", "Patient", members.Lines.Where(l => l.Contains("\"Patient\"", StringComparison.Ordinal))),
            SubmitProvider.File("eob.ndjson", "ExplanationOfBenefit", [members.Claim(0, 0)]),
            SubmitProvider.File("gone.ndjson", "ExplanationOfBenefit", [members.Claim(1, 0)]),
            SubmitProvider.File("short.ndjson", "ExplanationOfBenefit", [members.Claim(2, 0), members.Claim(2, 1)]));
        source.Provider.Faults.Add("gone.ndjson", ServerFault.Refuse(404), times: null).Add("short.ndjson", ServerFault.Cut(300), times: null);
        Assert.Equal(200, (await source.SubmitAsync("s", "completed", manifest)).Status);
        var done = await source.WaitAsync("s");
        Assert.Equal(200, done.Status);
        var errors = (await source.IssuesAsync(done.Body)).Where(i => i.GetProperty("severity").GetString() == "error").Select(i => i.GetRawText()).ToList();
        Assert.Contains(errors, e => e.Contains("gone.ndjson", StringComparison.Ordinal) || e.Contains("404", StringComparison.Ordinal));
        Assert.True(errors.Count >= 2, string.Join('\n', errors));
        Assert.Equal(["m0-0"], await source.ClaimsAsync());
        var entry = Assert.Single(done.Body.GetProperty("outcome").EnumerateArray());
        Assert.Equal(errors.Count, entry.GetProperty("countSeverity").EnumerateArray().Single(c => c.GetProperty("code").GetString() == "error").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Files_behind_tokens_and_headers_are_fetched_with_them_and_nothing_else_is_shown_them()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-guarded", isProtected: true, header: KeyValuePair.Create("X-Partner-Key", "Zqsecretcanary"));
        Assert.Equal(200, (await source.SubmitAsync("s", "completed", source.Publish("m", source.Members.Lines))).Status);
        var done = await source.WaitAsync("s");
        Assert.Equal(200, done.Status);
        Assert.Empty(source.Provider.Tokens.Refusals);
        Assert.Equal(source.Members.Claims.Order(), (await source.ClaimsAsync()).Order());
        Assert.DoesNotContain("Zqsecretcanary", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Zqsecretcanary", done.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_of_the_job_comes_in_a_header_of_its_own_where_that_was_asked_for()
    {
        await using var source = await SubmitSource.AddAsync(gateway, "sub-separate");
        await source.SubmitAsync("s", "in-progress", source.Publish("m", source.Members.Lines));
        var asked = await source.Provider.AskStatusAsync(new SubmitCall { SubmissionId = "s" }, separate: true, Cancel);
        Assert.Contains("separate-export-status", asked.Header("Preference-Applied"), StringComparison.Ordinal);
        var poll = new Uri(asked.Header("Content-Location")!);
        var early = await source.Provider.GetAsync(poll, Cancel);
        Assert.Equal((200, "202"), (early.Status, early.Header("X-Export-Status")));
        await source.SubmitAsync("s", "stopped");
        await UntilAsync(async () => (await source.Provider.GetAsync(poll, Cancel)) is { Status: 200 } s && s.Header("X-Export-Status") is ['4' or '5', ..]);
    }

    [Fact]
    public async Task The_operations_are_advertised_and_need_a_token()
    {
        using var metadata = await gateway.Process.Client.GetAsync(gateway.Process.Url("/fhir/metadata"), Cancel);
        var statement = JsonSerializer.Deserialize<JsonElement>(await metadata.Content.ReadAsStringAsync(Cancel));
        var operations = statement.GetProperty("rest")[0].GetProperty("operation").EnumerateArray().Select(o => o.GetProperty("name").GetString()).ToList();
        Assert.Contains("bulk-submit", operations);
        Assert.Contains("bulk-submit-status", operations);
        foreach (var path in (string[])["/fhir/$bulk-submit", "/fhir/$bulk-submit-status"])
        {
            using var anonymous = await gateway.Process.Client.PostAsync(gateway.Process.Url(path), new StringContent("{}"), Cancel);
            Assert.Equal(401, (int)anonymous.StatusCode);
            using var other = await gateway.Process.RequestAsync(HttpMethod.Post, BulkHost.Participant, path, Cancel);
            other.Content = new StringContent("{}");
            using var refused = await gateway.Process.Client.SendAsync(other, Cancel);
            Assert.Equal(403, (int)refused.StatusCode);
        }
    }

    /// <summary>The claims that were published and not withdrawn.</summary>
    private static async Task<IReadOnlyList<string>> InForceAsync(SubmitSource source) => [.. (await source.ClaimsAsync()).Where(c => c != "withdrawn").Order()];

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await holds())
                return;
            await Task.Delay(100, Cancel);
        }

        Assert.Fail("not within 20 s");
    }
}
