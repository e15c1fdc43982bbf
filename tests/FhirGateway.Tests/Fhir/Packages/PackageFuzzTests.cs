namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>A short run; 10,000 cases: <c>dotnet run -c Release --project tests/FhirGateway.Benchmarks -- packages 10000</c>.</summary>
public sealed class PackageFuzzTests
{
    [Fact]
    public void Damaged_and_hostile_packages_are_read_or_refused_and_nothing_else()
    {
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            if (PackageFuzz.Run(PackageFuzz.Case(seed)))
                read++;
            else
                refused++;
        }
        Assert.True(read > 40 && refused > 40, $"{read} read, {refused} refused: the cases do not reach far enough");
    }
}
