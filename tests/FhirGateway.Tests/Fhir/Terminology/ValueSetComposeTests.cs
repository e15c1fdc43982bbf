using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class ValueSetComposeTests
{
    [Fact]
    public void A_whole_system_has_every_code_but_the_abstract_ones()
    {
        var set = Compile(All(Animals));
        Assert.True(set.IsExpandable);
        Assert.Null(set.Reason);
        Assert.Equal("mammal dog whale bird duck platypus", set.Members());
        Assert.Equal(Membership.NotMember, set.Check(Animals, "cat"));
        Assert.Equal(Membership.NotMember, set.Check("http://x/plants", "dog"));
        Assert.Equal(Membership.NotMember, set.Check("", "dog"));
    }

    [Fact]
    public void An_abstract_code_that_is_named_is_a_member() => Assert.Equal("animal dog", Compile(Named(Animals, "dog", "animal")).Members());

    [Theory]
    [InlineData("concept", "is-a", "mammal", "mammal dog whale platypus")]
    [InlineData("concept", "descendent-of", "mammal", "dog whale platypus")]
    [InlineData("concept", "is-not-a", "mammal", "bird duck")]
    [InlineData("concept", "generalizes", "duck", "bird duck")]
    [InlineData("concept", "generalizes", "platypus", "mammal bird platypus")]
    [InlineData("concept", "=", "dog", "dog")]
    [InlineData("concept", "in", "dog, whale", "dog whale")]
    [InlineData("concept", "not-in", "dog,whale", "mammal bird duck platypus")]
    [InlineData("concept", "child-of", "mammal", "dog whale platypus")]
    [InlineData("concept", "descendent-leaf", "bird", "duck platypus")]
    [InlineData("legs", "=", "2", "bird duck")]
    [InlineData("legs", "in", "0,4", "dog whale")]
    [InlineData("legs", "not-in", "0,4", "mammal bird duck platypus")]
    [InlineData("legs", "exists", "true", "dog whale bird duck")]
    [InlineData("legs", "exists", "false", "mammal platypus")]
    [InlineData("wings", "exists", "false", "mammal dog whale bird duck platypus")]
    [InlineData("sound", "regex", "w.*|q.*", "dog duck")]
    [InlineData("code", "regex", "d.", "")]
    [InlineData("code", "regex", "d.{2,3}", "dog duck")]
    [InlineData("parent", "=", "mammal", "dog whale platypus")]
    [InlineData("child", "=", "duck", "bird")]
    [InlineData("display", "=", "Whale", "whale")]
    public void A_filter_selects(string property, string op, string value, string members)
    {
        var set = Compile(Filtered(property, op, value));
        Assert.True(set.IsExpandable, set.Reason);
        Assert.Equal(members, set.Members());
    }

    [Fact]
    public void Filters_of_one_include_hold_together_and_includes_add_up()
    {
        var both = new ValueSetInclude { System = Animals, Filters = [("concept", "is-a", "mammal"), ("legs", "=", "4")] };
        Assert.Equal("dog", Compile(both).Members());
        Assert.Equal("dog duck", Compile(both, Named(Animals, "duck")).Members());
    }

    [Fact]
    public void Value_sets_within_one_include_meet_and_with_a_system_too()
    {
        var tables = Tables(
            Set("http://x/mammals", Filtered("concept", "is-a", "mammal")),
            Set("http://x/birds", Filtered("concept", "is-a", "bird")),
            Set("http://x/other", Named("http://x/plants", "platypus")),
            Set("http://x/both", Import("http://x/mammals", "http://x/birds")),
            Set("http://x/either", Import("http://x/mammals"), Import("http://x/birds")),
            Set("http://x/narrowed", new ValueSetInclude { System = Animals, Filters = [("legs", "=", "2")], ValueSets = ["http://x/birds"] }),
            Set("http://x/disjoint", new ValueSetInclude { System = Animals, ValueSets = ["http://x/other"] }));
        Assert.Equal("platypus", tables.Find("http://x/both").Members());
        Assert.Equal("mammal dog whale bird duck platypus", tables.Find("http://x/either").Members());
        Assert.Equal("bird duck", tables.Find("http://x/narrowed").Members());
        Assert.Equal("", tables.Find("http://x/disjoint").Members());
        Assert.False(tables.Find("http://x/disjoint").AllowsSystem(Animals));
    }

    [Fact]
    public void What_is_excluded_is_no_member_whether_it_is_named_filtered_or_imported()
    {
        var tables = Tables(
            Set("http://x/birds", Filtered("concept", "is-a", "bird")),
            Set("http://x/set", All(Animals)) with { Excludes = [Named(Animals, "dog"), Filtered("legs", "=", "0"), Import("http://x/birds")] });
        Assert.Equal("mammal", tables.Find("http://x/set").Members());
    }

    [Fact]
    public void A_system_that_ignores_case_does_so_in_sets_and_keeps_the_exact_spelling_apart()
    {
        var system = new FhirCodeSystem { Url = "http://x/loose", Name = "Loose", Content = "complete", Concepts = [new("Ab", "one", -1), new("aB", "two", -1)] };
        var tables = new TerminologyTables(new PackageSet([Package([Set("http://x/all", All(system.Url)), Set("http://x/one", Named(system.Url, "Ab"))], [system])]));
        Assert.Equal(Membership.Member, tables.Find("http://x/all").Check(system.Url, "AB"));
        Assert.Equal(Membership.Member, tables.Find("http://x/one").Check(system.Url, "ab"));
        Assert.Equal(DisplayCheck.Same, tables.Codes.CheckDisplay("http://x/loose"u8, "aB"u8, "two"u8));
        Assert.Equal(DisplayCheck.Different, tables.Codes.CheckDisplay("http://x/loose"u8, "Ab"u8, "two"u8));
        Assert.Equal(Membership.NotMember, Compile(All(Animals)).Check(Animals, "DOG"));
    }

    [Fact]
    public void A_code_without_system_is_looked_for_in_every_system_and_excludes_keep_to_theirs()
    {
        var set = Tables(Set("http://x/set", Named(Animals, "dog", "duck"), Named("http://x/b", "dog")) with { Excludes = [Named(Animals, "dog", "duck")] }).Find("http://x/set");
        Assert.Equal(Membership.Member, set.CheckCode("dog"));
        Assert.Equal(Membership.NotMember, set.CheckCode("duck"));
        Assert.Equal(Membership.NotMember, set.CheckCode("cat"));
        Assert.True(set.AllowsSystem("http://x/b"));
        Assert.False(set.AllowsSystem("http://x/c"));
    }

    [Fact]
    public void A_version_written_into_the_system_is_not_part_of_it() =>
        Assert.Equal(Membership.Member, Compile(new ValueSetInclude { System = Animals + "|1.0.0" }).Check(Animals, "dog"));

    [Fact]
    public void The_definition_of_the_asking_package_comes_before_that_of_others()
    {
        var mine = Package([Set("http://x/set", Named(Animals, "dog"))], [], "mine");
        var other = Package([Set("http://x/set", Named(Animals, "duck")), Set("http://x/outer", Import("http://x/set"))], [AnimalSystem], "other");
        var tables = new TerminologyTables(new PackageSet([mine, other]));
        Assert.Equal("dog", tables.Find("http://x/set", mine).Members());
        Assert.Equal("duck", tables.Find("http://x/set", other).Members());
        Assert.Equal("duck", tables.Find("http://x/outer", mine).Members());
    }

    [Fact]
    public void An_expansion_is_used_where_the_compose_is_not_enough_its_own_before_that_of_another_package()
    {
        var open = Set("http://x/set", All("http://x/absent"));
        var expanded = open with { Expansion = [new("http://x/absent", "1", null)] };
        var other = open with { Expansion = [new("http://x/absent", "2", null)] };
        var own = new TerminologyTables(new PackageSet([Package([expanded], [], "a"), Package([other], [], "b")])).Find("http://x/set");
        Assert.True(own.IsExpandable);
        Assert.Equal(Membership.Member, own.Check("http://x/absent", "1"));
        Assert.Equal(Membership.NotMember, own.Check("http://x/absent", "2"));
        var borrowed = new TerminologyTables(new PackageSet([Package([open], [], "a"), Package([other], [], "b")])).Find("http://x/set");
        Assert.Equal(Membership.Member, borrowed.Check("http://x/absent", "2"));
        var known = Set("http://x/set", Named(Animals, "dog")) with { Expansion = [new(Animals, "duck", null)] };
        Assert.Equal("dog", Tables(known).Find("http://x/set").Members());
    }

    [Fact]
    public void An_expanded_set_has_its_codes_and_no_compose_and_a_part_known_keeps_its_compose()
    {
        var tables = Tables();
        var expanded = tables.Expand(Set("http://x/set", Filtered("concept", "is-a", "bird"), Named(Animals, "duck")));
        Assert.Equal(["bird Bird", "duck Duck", "platypus "], expanded.Expansion.Select(c => c.Code + " " + c.Display));
        Assert.Empty(expanded.Includes);
        Assert.Equal("bird duck platypus", Tables(expanded).Find("http://x/set").Members());
        var partial = tables.Expand(Set("http://x/set", All(Animals), All("http://x/absent")));
        Assert.True(partial.Expansion.IsDefault);
        Assert.Equal(2, partial.Includes.Length);
    }

    [Fact]
    public void A_contained_set_is_compiled_with_the_packages_at_hand() =>
        Assert.Equal("bird duck platypus", Tables(Set("http://x/birds", Filtered("concept", "is-a", "bird"))).Compile(Set("#own", Import("http://x/birds"))).Members());
}
