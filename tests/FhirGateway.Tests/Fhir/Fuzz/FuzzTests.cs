using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Tests.Fhir.Mutants;

namespace FhirGateway.Tests.Fhir.Fuzz;

public sealed class FuzzTests(ITestOutputHelper output)
{
    /// <summary>The benchmark project runs ten million: <c>-- fuzz json</c>.</summary>
    [Fact]
    public void No_bytes_make_the_tape_or_the_validator_throw()
    {
        var plans = new ValidationPlans(BuiltInPackages.All, new TerminologyTables(BuiltInPackages.All));
        var report = new JsonFuzz(plans, SyntheticResources.All.Select(r => r.Json)).Run(seed: 1, 0, 40_000);
        output.WriteLine($"{report.Cases} cases, {report.Accepted} accepted, slowest {report.Slowest.TotalMilliseconds:F1} ms (case {report.SlowestCase})");
        Assert.True(report.Failed == 0, string.Join('\n', report.Failures.Select(f => $"case {f.Case}: {f.What}")));
        Assert.True(report.Accepted > report.Cases / 10);
    }

    [Fact]
    public void A_case_is_made_of_its_seed_and_number_alone()
    {
        var resources = SyntheticResources.All.Select(r => r.Json).ToList();
        var (one, two) = (new JsonCases(resources), new JsonCases(resources));
        for (var i = 0; i < 500; i++)
            _ = one.Make(7, i);
        for (var i = 499; i >= 0; i -= 7)
            Assert.Equal(two.Make(7, i).ToArray(), one.Make(7, i).ToArray());
    }
}
