using System.Collections.Immutable;
using System.Text;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.FeedHealth;

public sealed class UnmappedCodesTests
{
    private const string Message = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5.1\rPID|1||7^^^B^MR||Moore^Ada||19500517|Q|||1 Elm St|||||ZZ||||||||EE~FF\r"
        + "PV1|1|QQ|||||||||||7654321\rDG1|1||||||LOCAL1\rDG1|2||||||LOCAL2\r";

    [Theory]
    [InlineData("PV1-2", "PV1-2", "QQ")]
    [InlineData("PID-8", "PID-8", "Q")]
    [InlineData("DG1[2]-6", "DG1-6", "")]
    [InlineData("PV1-12", "PV1-12", "")]
    [InlineData("PID-5", "PID-5", "")]
    [InlineData("PID-3", "PID-3", "")]
    [InlineData("ZPD-4", "ZPD-4", "")]
    [InlineData("nonsense", "other", "")]
    [InlineData("PV1-", "other", "")]
    [InlineData("PV1[x]-2", "other", "")]
    public void Codes_of_coded_fields_are_kept_and_values_of_others_never(string location, string place, string code)
    {
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(Message), out var message, out _, null, null));
        var found = Assert.Single(UnmappedCodes.Of(message, [new AdtIssue(AdtIssueCodes.UnmappedCode, location)]));
        Assert.Equal((place, code), (found.Location, found.Code));
    }

    [Fact]
    public void Other_issues_are_not_codes()
    {
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(Message), out var message, out _, null, null));
        Assert.Empty(UnmappedCodes.Of(message, [new AdtIssue(AdtIssueCodes.InvalidDate, "PID-7")]));
        Assert.Empty(UnmappedCodes.Of(message, ImmutableArray<AdtIssue>.Empty));
    }
}
