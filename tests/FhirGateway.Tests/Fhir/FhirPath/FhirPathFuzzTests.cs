namespace FhirGateway.Tests.Fhir.FhirPath;

public sealed class FhirPathFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_expressions_on_random_resources_neither_throw_nor_run_on(int seed)
    {
        var report = FhirPathFuzz.Run(seed, 20_000, ["Patient.name.where(use = 'official').given.first()", "name.given | name.family", "entry.resource.ofType(Patient).link.other.resolve()"]);
        Assert.InRange(report.Compiled, 5_000, report.Cases);
        Assert.InRange(report.Faulted, 1, report.Compiled);
    }
}
