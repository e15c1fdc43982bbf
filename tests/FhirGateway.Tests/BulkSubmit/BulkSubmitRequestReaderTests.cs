using System.Text;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Organizations;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class BulkSubmitRequestReaderTests
{
    [Fact]
    public void A_call_of_the_ballot_is_read_with_everything_it_has()
    {
        var request = Calls.Read(
            Calls.Manifest, Calls.Status("completed"),
            """{"name":"replacesManifestUrl","valueUrl":"https://files.acme.example/m0"}""",
            """{"name":"outputFormat","valueString":"application/fhir+ndjson; fhirVersion=4.0"}""",
            """{"name":"fileRequestHeader","part":[{"name":"headerName","valueString":"X-Key"},{"name":"headerValue","valueString":"geheim"}]}""",
            """{"name":"oauthMetadataUrl","valueUrl":"https://fhir.acme.example/r4/.well-known/smart-configuration"}""",
            """{"name":"metadata","part":[{"name":"parameterUrl","valueUri":"https://acme.example/label"},{"name":"parameterValue","valueString":"June"}]}""",
            """{"name":"import","part":[{"name":"parameterUrl","valueUri":"https://acme.example/mode"},{"name":"parameterValue","valueString":"merge"}]}""");
        Assert.Equal(new SubmitterIdentifier("urn:sub", "acme"), request.Submitter);
        Assert.Equal("sub-1", request.SubmissionId);
        Assert.Equal(SenderStatus.Completed, request.Status);
        Assert.Equal("https://files.acme.example/m1?sig=geheim", request.ManifestUrl);
        Assert.Equal("https://files.acme.example/m0", request.ReplacesManifestUrl);
        Assert.Equal("https://fhir.acme.example/r4", request.FhirBaseUrl);
        Assert.Equal([new FileRequestHeader("X-Key", "geheim")], request.Headers);
        Assert.Single(request.OAuthMetadataUrls);
        Assert.Equal([new SubmitOption("https://acme.example/label", "June")], request.Metadata);
        Assert.Equal([new SubmitOption("https://acme.example/mode", "merge")], request.Import);
        Assert.False(request.IsDraft);
        Assert.Empty(request.Ignored);
        Assert.DoesNotContain("geheim", request.ToString() + request.Headers[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("valueString", "fhirBaseUrl", "complete", "http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status", SenderStatus.Completed, true)]
    [InlineData("valueUri", "FHIRBaseUrl", "in-progress", "http://hl7.org/fhir/event-status", SenderStatus.InProgress, true)]
    [InlineData("valueUrl", "fhirBaseUrl", "aborted", "http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status", SenderStatus.Stopped, true)]
    [InlineData("valueUri", "fhirBaseUrl", "completed", "http://hl7.org/fhir/event-status", SenderStatus.Completed, false)]
    [InlineData("valueUrl", "fhirBaseUrl", "stopped", "http://hl7.org/fhir/event-status", SenderStatus.Stopped, false)]
    public void Every_spelling_in_the_wild_says_the_same(string type, string baseName, string code, string system, SenderStatus status, bool isDraft)
    {
        var request = Calls.Read(
            $$"""{"name":"manifestUrl","{{type}}":"https://files.acme.example/m1"}""",
            $$"""{"name":"{{baseName}}","{{type}}":"https://fhir.acme.example/r4"}""",
            Calls.Status(code, system));
        Assert.Equal(("https://files.acme.example/m1", "https://fhir.acme.example/r4", status, isDraft), (request.ManifestUrl, request.FhirBaseUrl, request.Status, request.IsDraft));
    }

    [Theory]
    [InlineData("""{"resourceType":"Parameters"}""", "required")]
    [InlineData("""{"resourceType":"Bundle","parameter":[]}""", "structure")]
    [InlineData("""{"resourceType":"Parameters","parameter":{}}""", "structure")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"valueString":"x"}]}""", "structure")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"a","valueString":"x","valueUri":"y"}]}""", "structure")]
    [InlineData("""{"resourceType":"Parameters","resourceType":"Parameters","parameter":[]}""", "structure")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"\ud800","valueString":"x"}]}""", "structure")]
    [InlineData("[]", "structure")]
    [InlineData("", "structure")]
    [InlineData("nope", "structure")]
    [InlineData("""{"resourceType":"Parameters","parameter":[],}""", "structure")]
    public void S_52_a_body_that_is_no_strict_Parameters_is_refused(string body, string code)
    {
        Assert.Null(BulkSubmitRequestReader.Read(Encoding.UTF8.GetBytes(body), out var fault));
        Assert.Equal((400, code), (fault!.Status, fault.Code));
    }

    [Fact]
    public void What_is_required_is_named_where_it_is_missing()
    {
        Assert.Contains("submitter", Calls.Refused(Calls.Id, Calls.Manifest).Text, StringComparison.Ordinal);
        Assert.Contains("submissionId", Calls.Refused(Calls.Submitter, Calls.Manifest).Text, StringComparison.Ordinal);
        Assert.Contains("submissionStatus", Calls.Refused(Calls.Submitter, Calls.Id).Text, StringComparison.Ordinal);
        Assert.Contains("fhirBaseUrl", Calls.Refused(Calls.Submitter, Calls.Id, """{"name":"manifestUrl","valueUrl":"https://a.example/geheim"}""").Text, StringComparison.Ordinal);
        Assert.Contains("once", Calls.Refused(Calls.Submitter, Calls.Submitter, Calls.Id, Calls.Manifest).Text, StringComparison.Ordinal);
        Assert.Contains("more than once", Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, """{"name":"manifestUrl","valueUrl":"https://a.example/2"}""").Text, StringComparison.Ordinal);
        Assert.Contains("more than once", Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, """{"name":"FHIRBaseUrl","valueUrl":"https://other.example"}""").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"submissionStatus","valueCoding":{"system":"http://hl7.org/fhir/event-status","code":"preparation"}}""", "code-invalid")]
    [InlineData("""{"name":"submissionStatus","valueCoding":{"system":"http://example.org/geheim","code":"completed"}}""", "code-invalid")]
    [InlineData("""{"name":"submissionStatus","valueBoolean":true}""", "value")]
    [InlineData("""{"name":"outputFormat","valueString":"application/fhir+json"}""", "not-supported")]
    [InlineData("""{"name":"outputFormat","valueString":"text/csv"}""", "not-supported")]
    [InlineData("""{"name":"outputFormat","valueString":"application/fhir+ndjson;fhirVersion=5.0"}""", "not-supported")]
    [InlineData("""{"name":"replacesManifestUrl","valueUrl":"ftp://geheim.example/"}""", "value")]
    [InlineData("""{"name":"replacesManifestUrl","valueUrl":"/geheim"}""", "value")]
    [InlineData("""{"name":"replacesManifestUrl","valueUrl":"https://user:geheim@a.example/"}""", "value")]
    [InlineData("""{"name":"oauthMetadataUrl","valueUrl":"https://a.example\\geheim"}""", "value")]
    [InlineData("""{"name":"metadata","part":[{"name":"parameterUrl","valueUri":"https://a.example"}]}""", "required")]
    [InlineData("""{"name":"fileRequestHeader","part":[{"name":"headerName","valueString":"X-A"}]}""", "required")]
    public void A_value_that_cannot_be_meant_is_refused_without_repeating_it(string parameter, string code) =>
        Assert.Equal(code, Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, parameter).Code);

    [Fact]
    public void S_16_a_key_for_encrypted_files_is_refused_clearly_whatever_it_holds()
    {
        foreach (var value in (string[])["eyJhbGciOiJkaXIifQ..geheim", "eyJ6aXAiOiJERUYifQ", "{\\\"p2c\\\":2147483648}", new string('A', 100_000)])
        {
            var fault = Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, $$"""{"name":"fileEncryptionKey","part":[{"name":"value","valueString":"{{value}}"}]}""");
            Assert.Equal((400, "not-supported"), (fault.Status, fault.Code));
            Assert.Contains("fileEncryptionKey", fault.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Host", "x")]
    [InlineData("Metadata", "true")]
    [InlineData("Metadata-Flavor", "Google")]
    [InlineData("X-aws-ec2-metadata-token", "geheim")]
    [InlineData("Content-Length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Proxy-Authorization", "geheim")]
    [InlineData("Cookie", "geheim")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X A", "geheim")]
    [InlineData("X:A", "geheim")]
    [InlineData("X-A", "geheimé")]
    [InlineData("Range", "bytes=0-1")]
    public void S_14_a_header_that_a_sender_may_not_choose_is_refused(string name, string value) =>
        Assert.StartsWith("fileRequestHeader", Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, Header(name, value)).Text, StringComparison.Ordinal);

    [Fact]
    public void S_14_line_breaks_in_header_names_and_values_are_refused()
    {
        Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, Header("X-A", "a\\r\\nHost: geheim"));
        Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, Header("X-A\\r\\nHost", "geheim"));
    }

    [Fact]
    public void S_14_a_senders_own_Authorization_is_taken_but_never_beside_our_token()
    {
        var own = Header("authorization", "Basic geheim");
        Assert.Single(Calls.Read(Calls.Manifest, own).Headers);
        Calls.Refused(Calls.Submitter, Calls.Id, Calls.Manifest, own, """{"name":"oauthMetadataUrl","valueUrl":"https://fhir.acme.example/c"}""");
    }

    [Fact]
    public void What_the_operation_does_not_have_is_ignored_and_named()
    {
        var request = Calls.Read(Calls.Manifest, """{"name":"_since","valueInstant":"2026-01-01T00:00:00Z"}""", """{"name":"<geheim>","valueString":"x"}""");
        Assert.Equal(["_since", "a name that is no plain word"], request.Ignored);
    }

    [Fact]
    public void The_drafts_options_are_parts_of_any_name()
    {
        var request = Calls.Read(Calls.Manifest, """{"name":"metadata","part":[{"name":"label","valueString":"June"},{"name":"description","valueString":"all"}]}""");
        Assert.Equal([new SubmitOption("label", "June"), new SubmitOption("description", "all")], request.Metadata);
    }

    [Fact]
    public void A_status_call_takes_the_formats_that_the_standard_names()
    {
        foreach (var format in (string[])["application/fhir+ndjson", "application/ndjson", "ndjson"])
            Assert.NotNull(BulkStatusRequest.Read(Calls.Body(Calls.Submitter, Calls.Id, $$"""{"name":"_outputFormat","valueString":"{{format}}"}"""), out _));
        Assert.Null(BulkStatusRequest.Read(Calls.Body(Calls.Submitter, Calls.Id, """{"name":"_outputFormat","valueString":"text/csv"}"""), out var fault));
        Assert.Equal("not-supported", fault!.Code);
        Assert.Null(BulkStatusRequest.Read(Calls.Body(Calls.Id), out fault));
        Assert.Equal("required", fault!.Code);
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        var good = Calls.Body(Calls.Submitter, Calls.Id, Calls.Manifest, Calls.Status("completed"), Header("X-A", "b"));
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int At, byte With, int Cut)>(), edit =>
            {
                var bytes = (byte[])good.Clone();
                bytes[(int)((uint)edit.At % bytes.Length)] = edit.With;
                var request = BulkSubmitRequestReader.Read(bytes.AsMemory(0, bytes.Length - (int)((uint)edit.Cut % 3)), out var fault);
                return (request is null) != (fault is null);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static string Header(string name, string value) =>
        $$"""{"name":"fileRequestHeader","part":[{"name":"headerName","valueString":"{{name}}"},{"name":"headerValue","valueString":"{{value}}"}]}""";
}
