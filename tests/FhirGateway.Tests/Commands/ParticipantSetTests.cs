namespace FhirGateway.Tests.Commands;

public sealed class ParticipantSetTests
{
    [Fact]
    public async Task What_is_set_is_kept_and_listed_and_what_is_cleared_is_gone()
    {
        using var rig = new VerbRig();
        Assert.Equal(0, (await rig.RunAsync("participant", "add", "aco", "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("source", "add", "acme", "--kind", "payer", "--data", "d")).Exit);
        var set = await rig.RunAsync(
            "participant", "set", "aco", "--events", "adt.admit,adt.discharge", "--class", "IMP", "--class", "EMER", "--facility", "MERCY", "--payer", "acme",
            "--min-age", "18", "--max-age", "90", "--npi", "1234567893", "--provider-npi", "1245319599", "--data", "d");
        Assert.True(set.Exit == 0, set.Error);
        var list = await rig.RunAsync("participant", "list", "--data", "d");
        foreach (var part in (string[])["adt.admit,adt.discharge", "class IMP,EMER", "facility MERCY", "payer acme", "age 18-90", "1234567893"])
            Assert.Contains(part, list.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.RunAsync("participant", "set", "aco", "--clear", "events", "--clear", "min-age", "--data", "d")).Exit);
        list = await rig.RunAsync("participant", "list", "--data", "d");
        Assert.DoesNotContain("adt.admit", list.Output, StringComparison.Ordinal);
        Assert.Contains("age -90", list.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adt.admit", "--events", "adt.birthday")]
    [InlineData("no payer", "--payer", "st-mary")]
    [InlineData("There is no source", "--payer", "nobody")]
    [InlineData("check digit", "--provider-npi", "1234567890")]
    [InlineData("an age from 0", "--min-age", "200")]
    [InlineData("greater", "--min-age", "50", "--max-age", "40")]
    [InlineData("no such setting", "--clear", "everything")]
    public async Task What_cannot_be_meant_is_refused_with_its_reason(string says, params string[] options)
    {
        using var rig = new VerbRig();
        Assert.Equal(0, (await rig.RunAsync("participant", "add", "aco", "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--data", "d")).Exit);
        var set = await rig.RunAsync([.. (string[])["participant", "set", "aco", "--data", "d"], .. options]);
        Assert.Equal(2, set.Exit);
        Assert.Contains(says, set.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agreement_says_that_it_routes_and_how_many_recent_days_it_tells()
    {
        using var rig = new VerbRig();
        Assert.Equal(0, (await rig.RunAsync("participant", "add", "aco", "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("agreement", "add", "g", "--source", "st-mary", "--participant", "aco", "--class", "adt", "--pcp-routing", "--recent-days", "30", "--data", "d")).Exit);
        var list = await rig.RunAsync("agreement", "list", "--data", "d");
        var row = list.Output.Split('\n').Select(l => l.Split((char[])[(char)9, (char)32], StringSplitOptions.RemoveEmptyEntries)).Single(l => l is ["g", ..]);
        Assert.Contains("30", row);
        Assert.Contains("yes", row);
        Assert.Equal(2, (await rig.RunAsync("agreement", "add", "h", "--source", "st-mary", "--participant", "aco", "--class", "claims", "--pcp-routing", "--data", "d")).Exit);
    }

    [Fact]
    public async Task A_source_takes_names_of_its_identifier_systems()
    {
        using var rig = new VerbRig();
        Assert.Equal(0, (await rig.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("source", "set", "st-mary", "--authority-system", "STMARY=urn:oid:1.2.3", "--data", "d")).Exit);
        foreach (var wrong in (string[])["STMARY", "=urn:oid:1", "STMARY=", "STMARY=no uri"])
            Assert.Equal(2, (await rig.RunAsync("source", "set", "st-mary", "--authority-system", wrong, "--data", "d")).Exit);
        Assert.Equal(0, (await rig.RunAsync("source", "set", "st-mary", "--clear", "authority-system", "--data", "d")).Exit);
    }
}
