using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class GrammarSystemTests
{
    [Theory]
    [InlineData("urn:ietf:bcp:47", "en en-US EN-us es-419 zh-Hans-CN de-CH-1996 sl-rozaj-biske en-x-private x-whatever i-klingon spa haw qaa en-a-bbb-x-c zh-cmn-Hans-CN de-AT", "xx en-XX en- -en en--US english-us-en-us-12 1en en_US en-US-US e en-x a-b")]
    [InlineData("urn:ietf:bcp:13", "application/fhir+json text/plain;charset=utf-8 text/plain;charset=\"a;b\" image/png application/vnd.ms-excel xml json", "text text/ /plain text/pl@in text/plain; text/plain;charset text/plain;=x te\u00e9t/plain text/plain;a=\"b")]
    [InlineData("http://unitsofmeasure.org", "mg/dL 1 {score}", "mgs")]
    [InlineData("urn:iso:std:iso:3166", "US USA 840 DE 276 US-CA US-PR", "XX us U 999 US-XX XX-AA us-CA")]
    [InlineData("urn:iso:std:iso:3166:-2", "US-CA", "US US-ZZ")]
    [InlineData("urn:iso:std:iso:4217", "USD EUR", "usd DOL")]
    [InlineData("https://www.usps.com/", "CA DC PR AE", "XX ca")]
    public void A_system_with_a_grammar_needs_no_package(string system, string members, string others)
    {
        var set = Compile(All(system));
        foreach (var code in members.Split(' '))
            Assert.True(set.Check(system, code) == Membership.Member, code);
        foreach (var code in others.Split(' '))
            Assert.True(set.Check(system, code) == Membership.NotMember, code);
        Assert.True(set.IsExpandable);
        Assert.Equal(Membership.NotMember, set.Check("http://x/other", members.Split(' ')[0]));
    }

    [Theory]
    [InlineData("urn:ietf:bcp:47", "tvx")]
    [InlineData("urn:ietf:bcp:47", "german")]
    [InlineData("urn:ietf:bcp:13", "newtype/thing")]
    [InlineData("urn:iso:std:iso:3166:-2", "DE-BY")]
    public void What_only_a_registry_could_tell_is_unknown(string system, string code) => Assert.Equal(Membership.Unknown, Compile(All(system)).Check(system, code));

    [Theory]
    [InlineData("ext-lang", "false", "en-US", "zh-cmn-Hans")]
    [InlineData("script", "false", "en-US", "zh-Hans")]
    [InlineData("variant", "false", "en-US", "sl-rozaj")]
    [InlineData("extension", "false", "en-US", "en-a-bbb")]
    [InlineData("private-use", "false", "en-US", "en-x-a")]
    [InlineData("region", "true", "en-US", "en")]
    [InlineData("language", "true", "en-US", "x-a")]
    public void Language_tags_are_filtered_by_what_they_have(string property, string value, string member, string other)
    {
        var set = Compile(Filtered("urn:ietf:bcp:47", property, "exists", value));
        Assert.Equal(Membership.Member, set.Check("urn:ietf:bcp:47", member));
        Assert.Equal(Membership.NotMember, set.Check("urn:ietf:bcp:47", other));
    }

    [Fact]
    public void Units_are_filtered_by_what_they_can_be_converted_to()
    {
        var set = Compile(Filtered("http://unitsofmeasure.org", "canonical", "=", "m"));
        Assert.True(set.IsExpandable);
        Assert.Equal(Membership.Member, set.Check("http://unitsofmeasure.org", "[ft_i]"));
        Assert.Equal(Membership.NotMember, set.Check("http://unitsofmeasure.org", "s"));
        Assert.Equal(Membership.NotMember, set.Check("http://unitsofmeasure.org", "feet"));
    }

    [Fact]
    public void Countries_are_filtered_by_the_form_of_the_code()
    {
        var set = Compile(Filtered("urn:iso:std:iso:3166", "code", "regex", "[A-Z]{3}"));
        Assert.Equal(Membership.Member, set.Check("urn:iso:std:iso:3166", "USA"));
        Assert.Equal(Membership.NotMember, set.Check("urn:iso:std:iso:3166", "US"));
    }

    [Fact]
    public void A_filter_that_a_grammar_does_not_know_leaves_well_formed_codes_unknown()
    {
        var set = Compile(Filtered("http://unitsofmeasure.org", "property", "=", "mass"));
        Assert.Contains("'property ='", set.Reason, StringComparison.Ordinal);
        Assert.Equal(Membership.Unknown, set.Check("http://unitsofmeasure.org", "g"));
        Assert.Equal(Membership.NotMember, set.Check("http://unitsofmeasure.org", "gs"));
    }
}
