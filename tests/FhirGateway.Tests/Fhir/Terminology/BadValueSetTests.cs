using System.Diagnostics;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class BadValueSetTests
{
    [Fact]
    public void Sets_that_include_each_other_end_with_a_reason_and_keep_what_is_known()
    {
        var tables = Tables(
            Set("http://x/a", Import("http://x/b"), Named(Animals, "dog")),
            Set("http://x/b", Import("http://x/c"), Named(Animals, "duck")),
            Set("http://x/c", Import("http://x/a")),
            Set("http://x/self", Import("http://x/self")));
        foreach (var url in new[] { "http://x/a", "http://x/b", "http://x/c", "http://x/self" })
        {
            var set = tables.Find(url);
            Assert.Contains("includes itself", set.Reason, StringComparison.Ordinal);
            Assert.Equal(Membership.Unknown, set.Check(Animals, "whale"));
        }
        Assert.Equal(Membership.Member, tables.Find("http://x/a").Check(Animals, "dog"));
        Assert.Equal(Membership.Member, tables.Find("http://x/b").Check(Animals, "duck"));
    }

    [Fact]
    public void Many_sets_that_all_include_each_other_end_soon()
    {
        var urls = Enumerable.Range(0, 60).Select(i => $"http://x/{i}").ToArray();
        var tables = Tables([.. urls.Select(u => Set(u, [.. urls.Select(v => Import(v))]))]);
        var watch = Stopwatch.StartNew();
        Assert.All(urls, u => Assert.False(tables.Find(u).IsExpandable));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_long_chain_of_includes_ends_with_a_reason()
    {
        var tables = Tables([.. Enumerable.Range(0, 5000).Select(i => Set($"http://x/{i}", Import($"http://x/{i + 1}")))]);
        Assert.Contains("through more than", tables.Find("http://x/0").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_whose_parts_multiply_are_refused_before_they_cost_time()
    {
        var sets = Enumerable.Range(0, 25).SelectMany(i => new[] { "a", "b" }.Select(n => Set($"http://x/{n}{i}", Import($"http://x/a{i + 1}"), Import($"http://x/b{i + 1}"))));
        var tables = Tables([.. sets, Set("http://x/a25", Named(Animals, "dog")), Set("http://x/b25", Named(Animals, "duck"))]);
        var watch = Stopwatch.StartNew();
        var set = tables.Find("http://x/a0");
        Assert.Contains("is made of more than 4096 parts", set.Reason, StringComparison.Ordinal);
        Assert.Equal(Membership.Unknown, set.Check(Animals, "whale"));
        Assert.Equal(Membership.NotMember, tables.Find("http://x/a14").Check(Animals, "whale"));
        Assert.Equal(Membership.Member, tables.Find("http://x/a14").Check(Animals, "duck"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("(a+)+b|(", "not well formed")]
    [InlineData("(a)\\1", "linear time")]
    [InlineData("((((a{1000}){1000}){1000}){1000})", "")]
    [InlineData("(?<!a)b", "linear time")]
    public void A_hostile_pattern_is_refused_with_a_reason(string pattern, string reason)
    {
        var set = Compile(Filtered("code", "regex", pattern));
        Assert.Contains("regular expression that cannot be used", set.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, set.Reason, StringComparison.Ordinal);
        Assert.Equal(Membership.Unknown, set.Check(Animals, "dog"));
    }

    [Fact]
    public void A_pattern_that_explodes_elsewhere_is_matched_in_linear_time()
    {
        var set = Compile(Filtered("http://x/absent", "code", "regex", "(a+)+b"));
        var watch = Stopwatch.StartNew();
        Assert.Equal(Membership.NotMember, set.Check("http://x/absent", new string('a', 500)));
        Assert.Equal(Membership.NotMember, set.Check("http://x/absent", new string('a', 100_000) + "b"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("concept", "is-a", "unicorn", "which is not in the code system http://x/animals")]
    [InlineData("concept", "resembles", "dog", "the operator 'resembles', which is not defined")]
    [InlineData("wings", "regex", ".*", "the property 'wings'")]
    public void A_filter_that_means_nothing_gives_a_reason(string property, string op, string value, string reason) =>
        Assert.Contains(reason, Compile(Filtered(property, op, value)).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_set_that_is_absent_empty_or_unreadable_answers_unknown_and_says_why()
    {
        var unreadable = new FhirPackage("test", "1.0.0", [], new Dictionary<string, Lazy<FhirStructure>>(), new Dictionary<string, Lazy<FhirValueSet>>
        {
            ["http://x/bad"] = new(() => throw new FormatException("ValueSet.url is missing")),
            ["http://x/empty"] = new(Set("http://x/empty")),
            ["http://x/badSystem"] = new(Set("http://x/badSystem", All("http://x/broken"))),
            ["http://x/nothing"] = new(Set("http://x/nothing", new ValueSetInclude())),
        }, new Dictionary<string, Lazy<FhirCodeSystem>> { ["http://x/broken"] = new(() => throw new FormatException("CodeSystem.content is missing")) });
        var tables = new TerminologyTables(new PackageSet([unreadable]));
        foreach (var (url, reason) in new[]
        {
            ("http://x/absent", "the value set http://x/absent is not in the loaded packages"),
            ("http://x/bad", "the value set http://x/bad cannot be read in the package test#1.0.0"),
            ("http://x/empty", "the value set http://x/empty has neither includes nor an expansion that is complete"),
            ("http://x/badSystem", "the code system http://x/broken cannot be read in the package test#1.0.0"),
            ("http://x/nothing", "a part of the value set http://x/nothing is not known: an include names neither a code system nor a value set"),
        })
        {
            var set = tables.Find(url);
            Assert.Equal(reason, set.Reason);
            Assert.Equal(Membership.Unknown, set.Check("http://x/broken", "a"));
        }
    }

    [Fact]
    public void A_hierarchy_that_runs_in_a_circle_ends()
    {
        var system = new FhirCodeSystem
        {
            Url = "http://x/circle",
            Name = "Circle",
            Content = "complete",
            IsCaseSensitive = true,
            Concepts = [new("a", null, -1) { Properties = [("parent", "b"), ("parent", "a")] }, new("b", null, -1) { Properties = [("parent", "a")] }, new("c", null, -1) { Properties = [("parent", "absent")] }],
        };
        var set = new TerminologyTables(new PackageSet([Package([Set("http://x/set", Filtered("http://x/circle", "concept", "is-a", "a"))], [system])])).Find("http://x/set");
        Assert.Equal(Membership.Member, set.Check("http://x/circle", "b"));
        Assert.Equal(Membership.NotMember, set.Check("http://x/circle", "c"));
    }

    [Fact]
    public void A_supplement_has_no_codes_of_its_own()
    {
        var supplement = AnimalSystem with { Url = "http://x/words", Content = "supplement", Supplements = Animals };
        var tables = new TerminologyTables(new PackageSet([Package([Set("http://x/set", All("http://x/words"))], [supplement, AnimalSystem])]));
        Assert.Contains("is a supplement", tables.Find("http://x/set").Reason, StringComparison.Ordinal);
        Assert.True(tables.Codes.IsSupplement("http://x/words"u8));
        Assert.False(tables.Codes.IsSupplement(Encoding.UTF8.GetBytes(Animals)));
        Assert.False(tables.Codes.IsSupplement("http://x/absent"u8));
        Assert.Null(tables.Codes.IsKnownCode("http://x/words"u8, "dog"u8));
    }
}
