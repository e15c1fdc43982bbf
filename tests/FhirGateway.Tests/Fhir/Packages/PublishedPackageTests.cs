using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PublishedPackageTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files => [.. SharedPackages.All];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_definition_of_a_published_package_can_be_read(string file)
    {
        var package = SharedPackages.Load(file);
        foreach (var url in package.StructureUrls)
            Assert.NotNull(package.FindStructure(url));
        foreach (var url in package.ValueSetUrls)
            Assert.NotNull(package.FindValueSet(url));
        foreach (var url in package.CodeSystemUrls)
            Assert.NotNull(package.FindCodeSystem(url));
        output.WriteLine($"{package}: {package.StructureUrls.Count()} {package.ValueSetUrls.Count()} {package.CodeSystemUrls.Count()} resources {package.Resources.Length} examples {package.Examples.Length}");
        output.WriteLine(string.Join('\n', package.Warnings));
    }
}
