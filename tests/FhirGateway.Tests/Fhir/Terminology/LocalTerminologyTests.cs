using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class LocalTerminologyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("terminology");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Licensed_systems_and_expansions_make_sets_expandable()
    {
        Write("cpt.csv", "code,system,display\r\n99213,http://www.ama-assn.org/go/cpt,\"Visit, \"\"short\"\"\"\r\n99214,http://www.ama-assn.org/go/cpt,\r\n\r\n");
        Write("set.json", """{"resourceType":"ValueSet","url":"http://x/closed","version":"2","expansion":{"contains":[{"system":"http://x/s","code":"a"}]}}""");
        Write("system.json", """{"resourceType":"CodeSystem","url":"http://x/s","content":"complete","caseSensitive":true,"concept":[{"code":"a"},{"code":"b"}]}""");
        Write("readme.txt", "not read");
        var local = LocalTerminology.Load(folder.FullName);
        Assert.Empty(local.Faults);
        var closed = Set("http://x/closed", All("http://x/absent"));
        var tables = new TerminologyTables(new PackageSet([Package([Set("http://x/cpt", All("http://www.ama-assn.org/go/cpt")), closed], [])]), local);
        var cpt = tables.Find("http://x/cpt");
        Assert.True(cpt.IsExpandable);
        Assert.Equal(Membership.Member, cpt.Check("http://www.ama-assn.org/go/cpt", "99213"));
        Assert.Equal(Membership.NotMember, cpt.Check("http://www.ama-assn.org/go/cpt", "99215"));
        Assert.Equal(DisplayCheck.Same, tables.Codes.CheckDisplay("http://www.ama-assn.org/go/cpt"u8, "99213"u8, "visit, \"short\""u8));
        Assert.Equal(Membership.Member, tables.Find("http://x/closed").Check("http://x/s", "a"));
        Assert.Null(local.FindValueSet("http://x/closed|1"));
        Assert.True(new TerminologyTables(new PackageSet([]), local).Find("http://x/closed|2").IsExpandable);
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_one_fault_and_the_rest_is_read()
    {
        Write("a.json", "{");
        Write("b.json", """{"resourceType":"Patient"}""");
        Write("c.json", """{"resourceType":"CodeSystem","url":"http://x/s"}""");
        Write("d.csv", "code,display\n1,one\n");
        Write("e.csv", "system,code\nhttp://x/s,\n");
        Write("f.csv", "system,code\nhttp://x/s,\"a\n");
        Write("g.csv", "system,code\nhttp://x/s,\"a\"b\n");
        Write("h.csv", "");
        Write("i.csv", "system,code\nhttp://x/good,1");
        Write("j.json", "[]");
        var local = LocalTerminology.Load(folder.FullName, maxFileBytes: 1000);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "j"], local.Faults.Select(f => f[..1]));
        Assert.Contains(local.Faults, f => f == "e.csv: row 2 has no system or no code");
        Assert.Contains(local.Faults, f => f == "f.csv: row 2 has a quote that is not closed");
        Assert.Equal(["http://x/good"], local.CodeSystemUrls);
    }

    [Fact]
    public void A_file_over_the_limit_is_a_fault()
    {
        Write("large.csv", new string('x', 101));
        Assert.Equal("large.csv: it has more than 100 bytes", Assert.Single(LocalTerminology.Load(folder.FullName, maxFileBytes: 100).Faults));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
}
