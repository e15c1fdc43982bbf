using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.BuiltIn;

/// <summary>The tables against the packages that they state the facts of.</summary>
public sealed class BuiltInTablesTests
{
    private static string PackageFolder => Path.GetDirectoryName(SharedSamples.Path("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz"))!;

    [Fact]
    public void The_tables_are_byte_for_byte_what_the_packages_give()
    {
        foreach (var (file, text) in BuiltInTables.Make(PackageFolder))
            Assert.True(text == BuiltInPackages.ReadText(file), $"{file} is not what the packages give: run eng/built-in-tables.cs");
    }

    [Theory]
    [InlineData("hl7.fhir.r4.core", "4.0.1", "hl7.fhir.r4.core-4.0.1.tgz", 651)]
    [InlineData("hl7.fhir.us.core", "3.1.1", "us_core_311.tgz", 30)]
    [InlineData("hl7.fhir.us.core", "6.1.0", "us_core_610.tgz", 59)]
    [InlineData("hl7.fhir.us.carin-bb", "2.0.0", "carin4bb-200.tgz", 11)]
    [InlineData("hl7.fhir.us.davinci-pdex", "2.0.0", "davinci-pdex-2.0.0.tgz", 26)]
    [InlineData("hl7.fhir.us.davinci-atr", "HEAD-b685e08", "hl7.fhir.us.davinci-atr-HEAD-b685e08.rebuilt.tgz", 17)]
    public void Every_definition_is_what_its_package_says(string id, string version, string archive, int structures)
    {
        var package = PackageReader.ReadFile(Path.Combine(PackageFolder, archive));
        var builtIn = BuiltInPackages.All.Find(id, version)!;
        Assert.Equal(structures, builtIn.StructureUrls.Count());
        foreach (var url in package.StructureUrls)
            AssertSame(package.FindStructure(url)!, builtIn.FindStructure(url));
        foreach (var url in package.ValueSetUrls)
            AssertSame(package.FindValueSet(url)!, builtIn.FindValueSet(url)!);
        foreach (var url in package.CodeSystemUrls)
            Assert.Equal(DefinitionText.Of(package.FindCodeSystem(url)!), DefinitionText.Of(builtIn.FindCodeSystem(url)!));
        Assert.Empty(builtIn.Warnings);
    }

    private static void AssertSame(FhirStructure expected, FhirStructure? actual)
    {
        if (expected.Kind == StructureKind.Logical || expected.Snapshot.IsEmpty)
            Assert.Null(actual);
        else
            Assert.Equal(DefinitionText.Of(UscdiRemovals.Apply(expected) with { Differential = [] }), DefinitionText.Of(actual!));
    }

    /// <summary>The expansion is there only where the definition does not yield the codes.</summary>
    private static void AssertSame(FhirValueSet expected, FhirValueSet actual) =>
        Assert.Equal(DefinitionText.Of(expected with { Expansion = default }), DefinitionText.Of(actual with { Expansion = default }));
}
