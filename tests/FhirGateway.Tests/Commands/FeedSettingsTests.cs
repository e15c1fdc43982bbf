namespace FhirGateway.Tests.Commands;

public sealed class FeedSettingsTests
{
    private const string Message = "MSH|^~\\&|APP|MARY|GW|HIE|20260301101500-0500||ADT^A03|C1|P|2.5.1\rEVN|A03|20260301101000-0500\rPID|1||M1^^^MRN^MR||DOE^ANN||19500214|F\rPV1|1|I|4W||||||||||||||||V1|||||||||||||||||ZX||||||||20260301100000-0500|20260302\r";

    [Fact]
    public async Task Convert_takes_a_feed_s_tables_and_settings()
    {
        using var rig = new VerbRig();
        rig.Write("m.hl7", Message);
        rig.Write("d.tsv", "# ours\nZX\tsnf\n");
        var (exit, output, error) = await rig.RunAsync("convert", "m.hl7", "--table", "disposition=d.tsv", "--facility-npi", "MARY=1234567893", "--authority-system", "MRN=urn:oid:2.16.840.1.113883.19.5");
        Assert.Equal(0, exit);
        Assert.Contains("\"code\":\"snf\"", output, StringComparison.Ordinal);
        Assert.Contains("urn:oid:2.16.840.1.113883.19.5", output, StringComparison.Ordinal);
        Assert.Contains("\"value\":\"1234567893\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PV1-36", error, StringComparison.Ordinal);
        Assert.Contains("PV1-36: unmapped-code", (await rig.RunAsync("convert", "m.hl7")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_the_settings_are_told_at_once()
    {
        using var rig = new VerbRig();
        rig.Write("m.hl7", Message);
        rig.Write("d.tsv", "ZX\tnowhere\nZX\thome\nZX\tsnf\n");
        var (exit, _, error) = await rig.RunAsync(
            "convert", "m.hl7", "--table", "disposition=d.tsv", "--table", "colour=d.tsv", "--table", "race=none.tsv", "--facility-npi", "MARY=1234567890",
            "--authority-system", "MRN=not a uri", "--charset", "klingon", "--table", "sex");
        Assert.Equal(2, exit);
        foreach (var fault in (string[])["line 1: 'nowhere'", "line 3: this code is in line 2", "there is no table 'colour'", "race=none.tsv: there is no such file", "not an NPI", "not an absolute URI", "klingon", "write NAME=VALUE"])
            Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_source_s_messages_do_not_say_is_stored_with_it_and_forgotten_by_name()
    {
        using var rig = new VerbRig();
        rig.Write("d.tsv", "ZX\tsnf\n");
        Assert.Equal(0, (await rig.RunAsync("source", "add", "mary", "--kind", "hospital", "--facility", "MARY", "--data", "data")).Exit);
        var set = await rig.RunAsync("source", "set", "mary", "--data", "data", "--table", "disposition=d.tsv", "--patient-authority", "MRN", "--facility-npi", "MARY=1234567893", "--time-zone", "America/Chicago");
        Assert.True(set.Exit == 0, set.Error);
        Assert.Equal(0, (await rig.RunAsync("source", "add", "mary", "--kind", "hospital", "--facility", "MARY", "--time-zone", "America/Chicago", "--replace", "--data", "data")).Exit);
        Assert.Contains("America/Chicago", await ListAsync(rig), StringComparison.Ordinal);
        Assert.Contains("patient-authority=MRN MARY=1234567893 table:disposition(1)", await ListAsync(rig), StringComparison.Ordinal);
        Assert.Equal(0, (await rig.RunAsync("source", "set", "mary", "--data", "data", "--clear", "table", "--clear", "patient-authority")).Exit);
        var cleared = await ListAsync(rig);
        Assert.Contains("MARY=1234567893", cleared, StringComparison.Ordinal);
        Assert.DoesNotContain("disposition", cleared, StringComparison.Ordinal);
        Assert.DoesNotContain("MRN", cleared, StringComparison.Ordinal);
        Assert.Equal(2, (await rig.RunAsync("source", "set", "mary", "--data", "data", "--clear", "colour")).Exit);
    }

    private static async Task<string> ListAsync(VerbRig rig) => (await rig.RunAsync("source", "list", "--data", "data")).Output;
}
