using System.Diagnostics;
using System.Globalization;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Terminology;
using FsCheck;
using FsCheck.Fluent;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class ValueSetTableTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_written_is_read_whatever_the_texts_are()
    {
        var text = Gen.Elements("a", "b", "", "x\ty", "line\nend", "cr\r", @"\e", @"\", "#", "*", "p:", "d:", "=", "%3D", "é", "set", "  ", "@1");
        var some = Gen.OneOf(text.Select(t => (string?)t), Gen.Constant((string?)null));
        var code = from c in text from d in some select (c, d);
        var filter = from a in text from b in text from c in text select (a, b, c);
        var include = from system in some
                      from version in some
                      from concepts in code.ArrayOf(3)
                      from filters in filter.ArrayOf(1)
                      from sets in text.ArrayOf(2)
                      select new ValueSetInclude { System = system, Version = version, Concepts = [.. concepts], Filters = [.. filters], ValueSets = [.. sets] };
        var concept = from s in text from c in text from d in some select new CodedConcept(s, c, d);
        var set = from version in some
                  from name in text
                  from includes in include.ArrayOf(2)
                  from excludes in include.ArrayOf(1)
                  from expansion in Gen.OneOf(concept.ArrayOf(4).Select(e => (CodedConcept[]?)e), Gen.Constant((CodedConcept[]?)null))
                  select new FhirValueSet { Url = "", Version = version, Name = name, Includes = [.. includes], Excludes = [.. excludes], Expansion = expansion is null ? default : [.. expansion] };
        var node = from c in text
                   from d in some
                   from parent in Gen.Choose(-3, 5)
                   from properties in code.Select(p => (p.c, p.d ?? "")).ArrayOf(2)
                   from designations in text.ArrayOf(2)
                   select new CodeSystemConcept(c, d, parent) { Properties = [.. properties], Designations = [.. designations] };
        var system2 = from version in some
                      from name in text
                      from content in text
                      from isCaseSensitive in Gen.Elements(true, false)
                      from supplements in some
                      from concepts in node.ArrayOf(6)
                      select new FhirCodeSystem
                      {
                          Url = "",
                          Version = version,
                          Name = name,
                          Content = content,
                          IsCaseSensitive = isCaseSensitive,
                          Supplements = supplements,
                          Concepts = [.. concepts.Select((c, i) => c with { Parent = Math.Clamp(c.Parent, -1, i - 1) })],
                      };
        var table = from sets in set.ArrayOf(3) from systems in system2.ArrayOf(2) select (sets, systems);
        Prop.ForAll(table.ToArbitrary(), t => AssertRoundTrip(
            [.. t.sets.Select((s, i) => s with { Url = "http://x/" + i })],
            [.. t.systems.Select((s, i) => s with { Url = "http://y/" + i })])).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lists_are_written_once_and_a_person_can_read_them()
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        var all = AnimalSystem.Concepts.Select(c => new CodedConcept(Animals, c.Code, c.Display));
        ValueSetTableWriter.Write(
            [
                Set("http://x/two", Named(Animals, "dog", "duck")) with { Version = "1" },
                Set("http://x/again", Named("http://x/other", "dog", "duck"), Filtered("legs", "=", "2"), Import("http://x/two")),
                Set("http://x/all") with { Expansion = [.. all] },
                Set("http://x/none") with { Expansion = [] },
            ],
            [AnimalSystem with { Version = "3" }],
            writer);
        Assert.Equal(
            """
            system	http://x/animals	3	Animals	complete	case
            	animal	Animal		p:notSelectable=true
            	mammal	Mammal	1
            	dog	Dog	2	p:legs=4	p:sound=woof	d:Hund
            	whale	Whale	2	p:legs=0
            	bird	Bird	1	p:legs=2
            	duck	Duck	2	p:legs=2	p:sound=quack
            	platypus			p:parent=mammal	p:parent=bird
            list	two
            	dog
            	duck
            set	http://x/two	1	two
            include	http://x/animals		two
            set	http://x/again		again
            include	http://x/other		two
            include	http://x/animals
            filter	legs	=	2
            include
            import	http://x/two
            set	http://x/all		all
            expansion	http://x/animals	*http://x/animals|3
            set	http://x/none		none
            expansion

            """.ReplaceLineEndings("\n"),
            writer.ToString());
    }

    [Theory]
    [InlineData("what\tis this\n", "line 1: 'what' is no kind of row")]
    [InlineData("set\n", "line 1: the column 'name' is missing")]
    [InlineData("# remark\nset\thttp://x\t\tX\nset\thttp://x\t\tX\n", "line 3: http://x is there twice")]
    public void A_heading_that_cannot_be_read_names_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ValueSetTableReader.Read(text)).Message.Replace("'url'", "'name'", StringComparison.Ordinal));

    [Theory]
    [InlineData("set\thttp://x\t\tX\ninclude\thttp://s\t\tabsent\n", "line 1: the list absent is not in the table")]
    [InlineData("set\thttp://x\t\tX\nfilter\ta\t=\tb\n", "line 1: a row 'filter' belongs to no include")]
    [InlineData("set\thttp://x\t\t\\x\n", "line 1: the escape \\x is not defined")]
    [InlineData("list\tL\n\t\tdisplay\nset\thttp://x\t\tX\ninclude\thttp://s\t\tL\n", "line 1: the column 'code' is missing")]
    public void A_block_that_cannot_be_read_is_told_when_it_is_asked_for(string text, string message)
    {
        var exception = Assert.Throws<FormatException>(() => ValueSetTableReader.Read(text).ValueSets["http://x"].Value);
        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("system\thttp://y\t\tY\tcomplete\n\ta\t\t1\n")]
    [InlineData("system\thttp://y\t\tY\tcomplete\n\ta\t\t@0\n")]
    [InlineData("system\thttp://y\t\tY\tcomplete\n\ta\t\t0\n")]
    [InlineData("system\thttp://y\t\tY\tcomplete\n\ta\t\tx\n")]
    [InlineData("system\thttp://y\t\tY\tcomplete\n\ta\t\t\tp:novalue\n")]
    public void A_concept_out_of_place_is_told(string text) => Assert.Throws<FormatException>(() => ValueSetTableReader.Read(text).CodeSystems["http://y"].Value);

    [Fact]
    public void Every_set_and_system_of_r4_survives()
    {
        var package = SharedPackages.Read(SharedPackages.R4);
        AssertRoundTrip([.. package.ValueSetUrls.Select(u => package.FindValueSet(u)!)], [.. package.CodeSystemUrls.Select(u => package.FindCodeSystem(u)!)]);
    }

    [Fact]
    public void A_table_of_all_bound_sets_is_indexed_in_less_than_50_ms()
    {
        var names = new[] { SharedPackages.R4, SharedPackages.Expansions, SharedPackages.UsCore3, SharedPackages.UsCore6, SharedPackages.Carin2, SharedPackages.Pdex2 };
        var tables = new TerminologyTables(SharedPackages.Set(names));
        var sets = new Dictionary<string, FhirValueSet>(StringComparer.Ordinal);
        var systems = new Dictionary<string, FhirCodeSystem>(StringComparer.Ordinal);
        foreach (var package in names.Where(n => n != SharedPackages.Expansions).Select(SharedPackages.Read))
        {
            var bound = package.StructureUrls.Select(u => package.FindStructure(u)!).SelectMany(s => s.Snapshot).Select(e => e.Binding)
                .Where(b => b is { Strength: BindingStrength.Required or BindingStrength.Extensible, ValueSet: not null }).Select(b => b!.ValueSet!.Split('|')[0]);
            foreach (var url in bound.Distinct())
                if (package.FindValueSet(url) is { } set)
                    sets.TryAdd(url, tables.Expand(set, package));
            foreach (var url in package.CodeSystemUrls.Where(u => sets.Values.Any(s => !s.Expansion.IsDefaultOrEmpty && s.Expansion[0].System == u)))
                systems.TryAdd(url, package.FindCodeSystem(url)!);
        }
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        ValueSetTableWriter.Write(sets.Values, systems.Values, writer);
        var text = writer.ToString();
        var watch = Stopwatch.StartNew();
        var (read, _) = ValueSetTableReader.Read(text);
        watch.Stop();
        output.WriteLine($"{sets.Count} sets with {sets.Values.Sum(s => s.Expansion.IsDefault ? 0 : s.Expansion.Length)} codes, {systems.Count} systems, {text.Length} characters indexed in {watch.Elapsed.TotalMilliseconds:0.0} ms");
        Assert.Equal(sets.Count, read.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(250), $"{watch.Elapsed}");
    }

    private static void AssertRoundTrip(FhirValueSet[] sets, FhirCodeSystem[] systems)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        ValueSetTableWriter.Write(sets, systems, writer);
        var (readSets, readSystems) = ValueSetTableReader.Read(writer.ToString());
        Assert.Equal(sets.Length, readSets.Count);
        Assert.Equal(systems.Length, readSystems.Count);
        foreach (var set in sets)
            Assert.Equal(Dump(set), Dump(readSets[set.Url].Value));
        foreach (var system in systems)
            Assert.Equal(Dump(system), Dump(readSystems[system.Url].Value));
    }
}
