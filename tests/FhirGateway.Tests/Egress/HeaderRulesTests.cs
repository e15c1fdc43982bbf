using System.Text;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Tests.Egress;

public sealed class HeaderRulesTests
{
    public static TheoryData<string> Forbidden() =>
    [
        "Host", "host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "Proxy-Authorization", "Proxy-Connection",
        "Metadata", "METADATA", "Metadata-Flavor", "X-aws-ec2-metadata-token", "X-aws-ec2-metadata-token-ttl-seconds", "X-Google-Metadata-Request", "Cookie", "Via", "Forwarded",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "X-HTTP-Method-Override", "X-Original-URL", "Range", "If-Range", "If-None-Match", "Accept-Encoding", "Content-Type",
        "User-Agent", "Prefer", "traceparent", "Authorization", "Sec-Fetch-Site", "X-Amz-Security-Token",
    ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void S_14_a_sender_cannot_set_what_steers_the_connection_or_speaks_for_us(string name) =>
        Assert.NotNull(HeaderRules.SenderFault(name, "true", mayAuthorize: false));

    [Theory]
    [InlineData("", "a")]
    [InlineData("X Y", "a")]
    [InlineData("X:Y", "a")]
    [InlineData("X\r\nHost", "a")]
    [InlineData("Ⅹ-Key", "a")]
    [InlineData("X-Key", "a\r\nHost: evil")]
    [InlineData("X-Key", "a\nb")]
    [InlineData("X-Key", "a\0b")]
    [InlineData("X-Key", "\u007f")]
    [InlineData("X-Key", "ü")]
    [InlineData("X-Key", "\u0085")]
    public void S_14_no_line_break_or_odd_character_gets_into_a_request(string name, string value)
    {
        var fault = HeaderRules.SenderFault(name, value, mayAuthorize: true);
        Assert.NotNull(fault);
        Assert.DoesNotContain("evil", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void S_14_what_is_left_may_be_sent_and_Authorization_only_by_policy()
    {
        Assert.Null(HeaderRules.SenderFault("X-Api-Key", "s3cr3t value", mayAuthorize: false));
        Assert.Null(HeaderRules.SenderFault("Accept", "application/fhir+ndjson", mayAuthorize: false));
        Assert.Null(HeaderRules.SenderFault("Authorization", "Bearer x", mayAuthorize: true));
        Assert.NotNull(HeaderRules.SenderFault(new string('x', 129), "a", mayAuthorize: true));
        Assert.NotNull(HeaderRules.SenderFault("X-Key", new string('x', 8193), mayAuthorize: true));
        Assert.Null(HeaderRules.SenderFault(new string('x', 128), new string('x', 8192), mayAuthorize: true));
    }

    [Fact]
    public async Task S_14_a_metadata_header_never_reaches_a_metadata_service()
    {
        await using var canary = LoopbackPeer.Canary();
        using var client = EgressRig.Client();
        var asked = new List<string>();
        foreach (var url in (string[])["http://169.254.169.254/metadata/instance", "https://169.254.169.254/metadata/instance", canary.Origin])
        {
            var request = EgressRequest.Get(new Uri(url)) with { Headers = [new EgressHeader("Metadata", "true")] };
            var e = await EgressRig.RefusedAsync(client, request, EgressRig.Allow(url.StartsWith("http:", StringComparison.Ordinal) ? canary.Origin : "https://169.254.169.254"));
            Assert.Equal(EgressFaultCode.HeaderRefused, e.Code);
            asked.Add(e.Message);
        }

        Assert.Equal(0, canary.Connects);
        Assert.All(asked, m => Assert.DoesNotContain("true", m, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_are_not_shown()
    {
        Assert.DoesNotContain("s3cr3t", new EgressHeader("X-Key", "s3cr3t").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", EgressCredential.Bearer(EgressRig.Origin("https://a.example"), "s3cr3t").ToString(), StringComparison.Ordinal);
        var request = EgressRequest.Get(new Uri("https://a.example/f?sig=s3cr3t")) with { Headers = [new EgressHeader("X-Key", "s3cr3t")], Body = Encoding.ASCII.GetBytes("s3cr3t") };
        Assert.Equal("GET https://a.example/f", request.ToString());
    }
}
