using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.Terminology;

/// <summary>How many of the value sets that profiles bind can be decided, with what is in their packages and R4.</summary>
public sealed class PackageBindingTests(ITestOutputHelper output)
{
    private const string RaceSystem = "urn:oid:2.16.840.1.113883.6.238";
    private const string NullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";

    [Theory]
    [InlineData(SharedPackages.UsCore3, 52, 53, 27, 38)]
    [InlineData(SharedPackages.UsCore6, 68, 70, 32, 52)]
    [InlineData(SharedPackages.UsCore7, 68, 70, 28, 56)]
    [InlineData(SharedPackages.Carin2, 33, 58, 15, 16)]
    public void Bound_sets_of_a_guide_are_expandable(string name, int required, int ofRequired, int extensible, int ofExtensible)
    {
        var tables = new TerminologyTables(SharedPackages.Set([SharedPackages.R4, SharedPackages.Expansions, SharedPackages.UsCore3, .. new[] { name }.Except([SharedPackages.UsCore3])]));
        var package = SharedPackages.Read(name);
        Assert.Equal((required, ofRequired), Count(tables, package, BindingStrength.Required));
        Assert.Equal((extensible, ofExtensible), Count(tables, package, BindingStrength.Extensible));
    }

    [Fact]
    public void Required_sets_of_r4_are_expandable_without_a_terminology_server()
    {
        var package = SharedPackages.Read(SharedPackages.R4);
        var tables = new TerminologyTables(SharedPackages.Set(SharedPackages.R4));
        var open = Bound(package, BindingStrength.Required).Where(url => !tables.Find(url, package).IsExpandable);
        Assert.Equal(["http://hl7.org/fhir/ValueSet/timezones", "http://loinc.org/vs/LL379-9"], open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_set_of_every_package_compiles_and_says_why_if_it_is_not_whole()
    {
        var set = SharedPackages.Set(SharedPackages.R4, SharedPackages.Expansions, SharedPackages.UsCore3, SharedPackages.UsCore6, SharedPackages.UsCore7, SharedPackages.Carin2, SharedPackages.Pdex2);
        var tables = new TerminologyTables(set);
        foreach (var package in set.Packages)
        {
            var compiled = package.ValueSetUrls.Select(u => tables.Find(u, package)).ToList();
            output.WriteLine($"{package}: {compiled.Count(c => c.IsExpandable)} of {compiled.Count} sets are expandable");
            Assert.All(compiled, c => Assert.Equal(c.IsExpandable, c.Reason is null));
            Assert.All(compiled, c => Assert.False(c.Reason?.EndsWith('.') ?? false));
        }
    }

    [Fact]
    public void The_codes_that_an_expansion_lists_are_members_of_what_the_compose_gives()
    {
        var expansions = SharedPackages.Read(SharedPackages.Expansions);
        var tables = new TerminologyTables(SharedPackages.Set(SharedPackages.R4));
        var (checkedCodes, differing) = (0, new List<string>());
        foreach (var url in expansions.ValueSetUrls)
        {
            var listed = expansions.FindValueSet(url)!.Expansion;
            if (listed.IsDefaultOrEmpty || tables.Find(url) is not { IsExpandable: true } set)
                continue;
            checkedCodes += listed.Length;
            differing.AddRange(listed.Where(c => set.Check(c.System, c.Code) != Membership.Member).Select(c => $"{url} {c.System} {c.Code}"));
        }
        output.WriteLine($"{checkedCodes} codes, {differing.Count} differ");
        foreach (var difference in differing)
            output.WriteLine(difference);
        Assert.InRange(checkedCodes, 5000, 100_000);
        Assert.Empty(differing);
    }

    [Fact]
    public void Race_ethnicity_and_birth_sex_of_us_core_6_are_back_filled()
    {
        var tables = new TerminologyTables(SharedPackages.Set(SharedPackages.R4, SharedPackages.UsCore6));
        var package = SharedPackages.Read(SharedPackages.UsCore6);
        var race = tables.Find("http://hl7.org/fhir/us/core/ValueSet/omb-race-category", package);
        Assert.True(race.IsExpandable, race.Reason);
        foreach (var code in new[] { "1002-5", "2028-9", "2054-5", "2076-8", "2106-3", "2131-1" })
            Assert.Equal(Membership.Member, race.Check(RaceSystem, code));
        Assert.Equal(Membership.Member, race.Check(NullFlavor, "ASKU"));
        Assert.Equal(Membership.NotMember, race.Check(RaceSystem, "2036-2"));
        Assert.Equal(Membership.NotMember, race.Check(NullFlavor, "OTH"));
        var detailed = tables.Find("http://hl7.org/fhir/us/core/ValueSet/detailed-race", package);
        Assert.Equal(Membership.Member, detailed.Check(RaceSystem, "2036-2"));
        Assert.Equal(Membership.NotMember, detailed.Check(RaceSystem, "2106-3"));
        Assert.Equal(Membership.NotMember, detailed.Check(RaceSystem, "2148-5"));
        Assert.Equal(Membership.Unknown, detailed.Check(RaceSystem, "9999-9"));
        var ethnicity = tables.Find("http://hl7.org/fhir/us/core/ValueSet/detailed-ethnicity", package);
        Assert.Equal(Membership.Member, ethnicity.Check(RaceSystem, "2148-5"));
        Assert.Equal(Membership.NotMember, ethnicity.Check(RaceSystem, "2036-2"));
        var birthSex = tables.Find("http://hl7.org/fhir/us/core/ValueSet/birthsex", package);
        Assert.True(birthSex.IsExpandable, birthSex.Reason);
        Assert.Equal(Membership.Member, birthSex.CheckCode("F"));
        Assert.Equal(Membership.Member, birthSex.CheckCode("UNK"));
        Assert.Equal(Membership.NotMember, birthSex.CheckCode("female"));
    }

    [Fact]
    public void Each_back_filled_set_says_where_it_is_from()
    {
        var lines = BackFill.ReadTable().Split('\n');
        Assert.NotEmpty(BackFill.Urls);
        foreach (var url in BackFill.Urls)
        {
            var at = Array.FindIndex(lines, l => l.StartsWith("set\t" + url + "\t", StringComparison.Ordinal));
            while (!lines[at].StartsWith('#'))
                at--;
            Assert.Matches("^# (From|By) ", lines[at]);
            Assert.NotNull(BackFill.Find(url + "|20200101"));
        }
    }

    private (int Expandable, int All) Count(TerminologyTables tables, FhirPackage package, BindingStrength strength)
    {
        var found = Bound(package, strength).Select(url => tables.Find(url, package)).ToList();
        foreach (var set in found.Where(f => !f.IsExpandable))
            output.WriteLine($"{strength}: {set}: {set.Reason}");
        return (found.Count(f => f.IsExpandable), found.Count);
    }

    private static List<string> Bound(FhirPackage package, BindingStrength strength) =>
        [.. package.StructureUrls.Select(u => package.FindStructure(u)!).SelectMany(s => s.Snapshot).Select(e => e.Binding)
            .Where(b => b is { ValueSet: not null } && b.Strength == strength).Select(b => b!.ValueSet!.Split('|')[0]).Distinct()];
}
