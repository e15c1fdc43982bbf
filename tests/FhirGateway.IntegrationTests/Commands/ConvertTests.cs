namespace FhirGateway.IntegrationTests.Commands;

public sealed class ConvertTests
{
    private const string Merge =
        "MSH|^~\\&|EHR|MARY|GW|GW|20250110103000-0500||ADT^A40^ADT_A39|c-1|P|2.5.1\r"
        + "EVN|A40|20250110103000-0500\r"
        + "PID|1||77^^^MARY^MR||One^Ann||19500101|F\r"
        + "MRG|78^^^MARY^MR\r"
        + "PID|2||87^^^MARY^MR||Two^Bob||1950010199|M\r"
        + "MRG|88^^^MARY^MR\r";

    private const string NoVisit =
        "MSH|^~\\&|EHR|MARY|GW|GW|20250110103000-0500||ADT^A01^ADT_A01|c-2|P|2.5.1\r"
        + "EVN|A01|20250110103000-0500\r"
        + "PID|1||77^^^MARY^MR||One^Ann||19500101|F\r";

    [Fact]
    public async Task Every_patient_of_a_message_is_a_line_and_an_issue_names_the_patient()
    {
        using var folder = new GatewayFolder();
        folder.Write("merge.hl7", Merge);
        var outcome = (await folder.RunAsync("convert", "merge.hl7")).Expect(0);
        Assert.Equal(2, outcome.Lines.Count);
        Assert.All(outcome.Lines, line => Assert.Equal("Bundle", line.GetProperty("resourceType").GetString()));
        Assert.Contains("message 1, patient 2: PID-7: invalid-date", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_visit_message_without_PV1_says_of_the_patient_is_converted_and_the_rest_is_named()
    {
        using var folder = new GatewayFolder();
        folder.Write("admit.hl7", NoVisit);
        var outcome = (await folder.RunAsync("convert", "admit.hl7")).Expect(1);
        Assert.Single(outcome.Lines);
        Assert.Contains("message 1: segment-missing at PV1 (what it says of the patient was converted)", outcome.Error, StringComparison.Ordinal);
    }
}
