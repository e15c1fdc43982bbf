using System.Diagnostics;
using FhirGateway.Fhir.FhirPath;

namespace FhirGateway.Tests.Fhir.FhirPath;

public sealed class FhirPathLimitTests
{
    private static readonly string Wide =
        "{\"resourceType\":\"Patient\",\"name\":[" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""{"family":"n{{i}}"}""")) + "]}";

    [Theory]
    [InlineData("name.all(%resource.name.all(%resource.name.all(family.exists())))")]
    [InlineData("name.select(%resource.name.select(%resource.name)).count() > 0")]
    [InlineData("name.aggregate($total.combine(%resource.name), {}).exists()")]
    [InlineData("name.family.aggregate($total & $total & 'x', 'x').exists()")]
    [InlineData("name.repeat(iif($this is String, $this, 'x') & 'x').exists()")]
    public void Work_that_multiplies_ends_with_a_fault_soon(string expression)
    {
        var limits = new FhirPathLimits { Steps = 1_000_000, Items = 100_000, TextBytes = 1 << 20, Time = TimeSpan.FromSeconds(5) };
        var evaluator = FhirPathTexts.On(Wide, limits: limits);
        var start = Stopwatch.GetTimestamp();
        Assert.Equal(FhirPathVerdict.Faulted, evaluator.Check(expression));
        Assert.Contains("than allowed", evaluator.LastFault!.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
        Assert.Equal(FhirPathVerdict.True, evaluator.Check("name.exists()"));
    }

    [Fact]
    public void Time_is_limited_too()
    {
        var evaluator = FhirPathTexts.On(Wide, limits: new FhirPathLimits { Steps = long.MaxValue, Time = TimeSpan.FromMilliseconds(20) });
        Assert.Equal(FhirPathVerdict.Faulted, evaluator.Check("name.all(%resource.name.all(%resource.name.all(%resource.name.all(family.exists()))))"));
        Assert.Contains("time", evaluator.LastFault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_would_backtrack_for_years_does_not()
    {
        var text = new string('a', 50_000) + "!";
        var evaluator = FhirPathTexts.On($$"""{"resourceType":"Patient","name":[{"family":"{{text}}"}]}""");
        Assert.Equal(FhirPathVerdict.False, evaluator.Check("name.family.matches('^(a+)+$')"));
        Assert.Equal(FhirPathVerdict.Faulted, evaluator.Check($"'a'.matches('{new string('a', 5000)}')"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a.where(")]
    [InlineData("-")]
    [InlineData("a.not().")]
    [InlineData("a + ")]
    public void Nesting_and_length_are_limited(string part)
    {
        foreach (var count in new[] { 300, 1000, 10_000 })
        {
            var text = string.Concat(Enumerable.Repeat(part, count)) + "a";
            Assert.False(FhirPathExpression.TryCompile(text, out _, out var fault));
            Assert.InRange(fault!.Position, 0, text.Length);
        }
    }

    [Fact]
    public void Chains_within_the_limit_run()
    {
        Assert.Equal("151", FhirPathTexts.Evaluate(string.Concat(Enumerable.Repeat("1 + ", 150)) + "1"));
        Assert.Equal("true", FhirPathTexts.Evaluate("true" + string.Concat(Enumerable.Repeat(".not()", 150))));
        Assert.Equal("1", FhirPathTexts.Evaluate(new string('(', 60) + "1" + new string(')', 60)));
    }

    [Fact]
    public void Invariants_of_many_items_take_time_that_grows_with_them_only()
    {
        var evaluator = FhirPathTexts.On(Wide);
        Assert.Equal(FhirPathVerdict.True, evaluator.Check("name.family.isDistinct()"));
        Assert.Equal(FhirPathVerdict.True, evaluator.Check("name.isDistinct() and name.subsetOf(%resource.name) and name.intersect(%resource.name).count() = 2000"));
    }

    [Fact]
    public void Checking_allocates_nothing_once_warm()
    {
        var evaluator = FhirPathTexts.On("""{"resourceType":"Patient","meta":{"profile":["p|2.0.1"]},"name":[{"family":"a","given":["b"]}],"birthDate":"2012-01-01"}""");
        string[] texts =
        [
            "contained.contained.empty()", "name.exists(family = 'a' and given.exists())", "hasValue() or (children().count() > id.count())",
            "meta.profile.exists($this.startsWith('p|2.0.'))", "birthDate <= birthDate", "name.given.first() in ('a' | 'b')",
            "name.family.matches('^[a-z]$')", "(name.family & name.given.first()).length() = 2", "name.all(family.exists() implies given.empty().not())",
        ];
        var expressions = texts.Select(FhirPathTexts.Compile).ToArray();
        var root = evaluator.Root;
        var verdicts = new FhirPathVerdict[expressions.Length];
        long allocated = 0;
        for (var round = 0; round < 50; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < expressions.Length; i++)
                verdicts[i] = evaluator.Check(expressions[i], root, root, root);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.All(verdicts, v => Assert.Equal(FhirPathVerdict.True, v));
        Assert.Equal(0, allocated);
    }
}
