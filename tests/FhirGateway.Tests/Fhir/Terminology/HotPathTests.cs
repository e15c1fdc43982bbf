using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class HotPathTests
{
    [Fact]
    public void Asking_allocates_nothing()
    {
        var tables = Tables(
            Set("http://x/all", All(Animals), Named("http://x/other", "a")) with { Excludes = [Named(Animals, "dog")] },
            Set("http://x/open", All("http://loinc.org"), All("http://snomed.info/sct"), Import("http://x/all")),
            Set("http://x/grammar", All("http://unitsofmeasure.org"), All("urn:ietf:bcp:47"), All("urn:ietf:bcp:13"), All("urn:iso:std:iso:3166")),
            Set("http://x/pattern", Filtered("http://x/absent", "code", "regex", "[A-Z]{2,4}")));
        CompiledValueSet[] sets = [tables.Find("http://x/all"), tables.Find("http://x/open"), tables.Find("http://x/grammar"), tables.Find("http://x/pattern")];
        for (var i = 0; i < 200; i++)
            Ask(tables, sets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Ask(tables, sets);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Sixteen_thousand_codes_take_little_memory()
    {
        var codes = Enumerable.Range(0, 16_000).Select(i => (Code: $"code-{i}", (string?)null)).ToArray();
        var set = Set("http://x/large", new ValueSetInclude { System = "http://x/s", Concepts = [.. codes] });
        var tables = Tables(set);
        tables.Find("http://x/absent");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var compiled = tables.Find("http://x/large");
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Membership.Member, compiled.Check("http://x/s", "code-15999"));
        Assert.True(bytes < 1 << 20, $"{bytes} bytes");
    }

    [Fact]
    public void Many_threads_get_the_same_set()
    {
        var tables = Tables([.. Enumerable.Range(0, 50).Select(i => Set($"http://x/{i}", All(Animals), Import($"http://x/{(i + 1) % 50}")))]);
        var found = new CompiledValueSet[8, 50];
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 50; i++)
                found[thread, i] = tables.Find($"http://x/{i}");
        });
        for (var i = 0; i < 50; i++)
            for (var thread = 1; thread < 8; thread++)
                Assert.Same(found[0, i], found[thread, i]);
    }

    private static void Ask(TerminologyTables tables, CompiledValueSet[] sets)
    {
        foreach (var set in sets)
        {
            set.Check("http://x/animals"u8, "duck"u8);
            set.Check("http://x/animals"u8, "cat"u8);
            set.Check("http://loinc.org"u8, "8480-6"u8);
            set.Check("http://snomed.info/sct"u8, "73211009"u8);
            set.Check("http://unitsofmeasure.org"u8, "mL/min/{1.73_m2}"u8);
            set.Check("urn:ietf:bcp:47"u8, "en-US"u8);
            set.Check("urn:ietf:bcp:13"u8, "application/fhir+json"u8);
            set.Check("urn:iso:std:iso:3166"u8, "US"u8);
            set.Check("http://x/absent"u8, "ABC"u8);
            set.CheckCode("duck"u8);
            set.AllowsSystem("http://loinc.org"u8);
        }
        tables.Find("http://x/all");
        tables.Codes.IsKnownCode("http://x/animals"u8, "duck"u8);
        tables.Codes.CheckDisplay("http://x/animals"u8, "duck"u8, "duck "u8);
        CodeSyntax.Check("http://hl7.org/fhir/sid/us-npi"u8, "1234567893"u8);
        Ucum.IsValid("mm[Hg]");
    }
}
