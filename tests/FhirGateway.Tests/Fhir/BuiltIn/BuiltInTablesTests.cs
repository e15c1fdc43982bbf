using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.BuiltIn;

public sealed class BuiltInTablesTests
{
    private static string PackageFolder => Path.GetDirectoryName(SharedSamples.Path("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz"))!;

    [Fact]
    public void The_tables_are_byte_for_byte_what_the_packages_give()
    {
        foreach (var (file, text) in BuiltInTables.Make(PackageFolder))
            Assert.True(text == BuiltInPackages.ReadText(file), $"{file} is not what the package gives: run eng/built-in-tables.cs");
    }

    [Theory]
    [InlineData("hl7.fhir.r4.core", "4.0.1", "hl7.fhir.r4.core-4.0.1.tgz", 651)]
    [InlineData("hl7.fhir.us.core", "3.1.1", "us_core_311.tgz", 30)]
    [InlineData("hl7.fhir.us.core", "6.1.0", "us_core_610.tgz", 59)]
    [InlineData("hl7.fhir.us.carin-bb", "2.0.0", "carin4bb-200.tgz", 11)]
    [InlineData("hl7.fhir.us.davinci-pdex", "2.0.0", "davinci-pdex-2.0.0.tgz", 26)]
    [InlineData("hl7.fhir.us.davinci-atr", "HEAD-b685e08", "hl7.fhir.us.davinci-atr-HEAD-b685e08.rebuilt.tgz", 17)]
    public void Every_structure_is_what_its_package_says(string id, string version, string archive, int count)
    {
        var package = PackageReader.ReadFile(Path.Combine(PackageFolder, archive));
        var builtIn = BuiltInPackages.All.Find(id, version)!;
        Assert.Equal(count, builtIn.StructureUrls.Count());
        foreach (var url in package.StructureUrls)
        {
            var expected = package.FindStructure(url)!;
            var actual = builtIn.FindStructure(url);
            if (expected.Kind == StructureKind.Logical || expected.Snapshot.IsEmpty)
                Assert.Null(actual);
            else
                Assert.Equal(StructureText.Of(expected), StructureText.Of(actual!));
        }
    }
}
