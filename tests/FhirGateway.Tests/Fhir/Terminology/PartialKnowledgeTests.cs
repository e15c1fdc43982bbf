using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class PartialKnowledgeTests
{
    [Fact]
    public void A_set_known_in_part_says_no_only_where_the_unknown_part_cannot_hold_the_code()
    {
        var set = Compile(Named(Animals, "dog"), All("http://loinc.org"), Filtered("http://snomed.info/sct", "concept", "is-a", "404684003"));
        Assert.False(set.IsExpandable);
        Assert.Equal(Membership.Member, set.Check(Animals, "dog"));
        Assert.Equal(Membership.NotMember, set.Check(Animals, "duck"));
        Assert.Equal(Membership.NotMember, set.Check("http://x/other", "dog"));
        Assert.Equal(Membership.Unknown, set.Check("http://loinc.org", "8480-6"));
        Assert.Equal(Membership.NotMember, set.Check("http://loinc.org", "8480-7"));
        Assert.Equal(Membership.Unknown, set.Check("http://snomed.info/sct", "73211009"));
        Assert.Equal(Membership.NotMember, set.Check("http://snomed.info/sct", "73211008"));
        Assert.True(set.AllowsSystem("http://loinc.org"));
        Assert.False(set.AllowsSystem("http://x/other"));
        Assert.Equal(Membership.Unknown, set.CheckCode("8480-6"));
        Assert.Equal("the code system http://loinc.org is not in the loaded packages", set.Reason);
    }

    [Theory]
    [InlineData("fragment", "in part only")]
    [InlineData("example", "examples only")]
    [InlineData("not-present", "not-present")]
    public void A_code_that_an_incomplete_system_does_not_list_may_exist(string content, string reason)
    {
        var system = AnimalSystem with { Content = content, Concepts = content == "not-present" ? [] : AnimalSystem.Concepts };
        var tables = new TerminologyTables(new PackageSet([Package([Set("http://x/set", All(Animals)), Set("http://x/birds", Filtered("concept", "is-a", "bird"))], [system])]));
        var set = tables.Find("http://x/set");
        Assert.Contains(reason, set.Reason, StringComparison.Ordinal);
        Assert.Equal(Membership.Unknown, set.Check(Animals, "cat"));
        Assert.Equal(content == "not-present" ? Membership.Unknown : Membership.Member, set.Check(Animals, "dog"));
        Assert.Equal(content == "not-present" ? Membership.Unknown : Membership.NotMember, tables.Find("http://x/birds").Check(Animals, "dog"));
        Assert.Equal(content == "not-present" ? (bool?)null : true, tables.Codes.IsKnownCode("http://x/animals"u8, "dog"u8));
        Assert.Null(tables.Codes.IsKnownCode("http://x/animals"u8, "cat"u8));
    }

    [Fact]
    public void An_unknown_exclusion_makes_only_those_unknown_that_it_could_exclude()
    {
        var set = Tables(Set("http://x/set", Named(Animals, "dog"), Named("http://loinc.org", "8480-6")) with { Excludes = [Filtered("http://loinc.org", "CLASS", "=", "x")] }).Find("http://x/set");
        Assert.Equal(Membership.Member, set.Check(Animals, "dog"));
        Assert.Equal(Membership.Unknown, set.Check("http://loinc.org", "8480-6"));
        Assert.Equal(Membership.NotMember, set.Check("http://loinc.org", "8462-4"));
    }

    [Fact]
    public void A_pattern_on_the_code_decides_without_the_system()
    {
        var set = Compile(Filtered("http://x/absent", "code", "regex", "[A-Z]{2}"));
        Assert.Equal(Membership.Unknown, set.Check("http://x/absent", "AB"));
        Assert.Equal(Membership.NotMember, set.Check("http://x/absent", "ABC"));
    }

    [Fact]
    public void A_filter_that_cannot_be_applied_to_a_complete_system_leaves_its_other_codes_out()
    {
        var set = Compile(Filtered("wings", "=", "2"));
        Assert.Equal("a filter uses the property 'wings', which no concept of the code system http://x/animals has", set.Reason);
        Assert.Equal(Membership.Unknown, set.Check(Animals, "duck"));
        Assert.Equal(Membership.NotMember, set.Check(Animals, "cat"));
    }

    [Fact]
    public void An_imported_set_that_is_absent_is_unknown_within_the_system_that_narrows_it()
    {
        var set = Compile(new ValueSetInclude { System = Animals, ValueSets = ["http://x/absent"] });
        Assert.Equal("the value set http://x/absent is not in the loaded packages", set.Reason);
        Assert.Equal(Membership.Unknown, set.Check(Animals, "dog"));
        Assert.Equal(Membership.NotMember, set.Check(Animals, "cat"));
        Assert.Equal(Membership.NotMember, set.Check("http://x/b", "dog"));
    }

    [Fact]
    public void A_code_without_system_is_found_in_the_known_part_of_a_set_that_may_have_any_system()
    {
        var tables = Tables(Set("http://x/part", Named(Animals, "dog"), Import("http://x/absent")), Set("http://x/outer", Import("http://x/part")));
        Assert.Equal(Membership.Member, tables.Find("http://x/outer").CheckCode("dog"));
        Assert.Equal(Membership.Unknown, tables.Find("http://x/outer").CheckCode("duck"));
        Assert.True(tables.Find("http://x/outer").AllowsSystem("http://x/anything"));
    }
}
