using System.Text;
using FhirGateway.Fhir.Structure;
using FhirGateway.Normalization;

namespace FhirGateway.Tests.Normalization;

public sealed class ResourceCatalogTests
{
    [Theory]
    [InlineData("Encounter", "period")]
    [InlineData("ExplanationOfBenefit", "billablePeriod|item.serviced|addItem.serviced")]
    [InlineData("Observation", "effective|issued")]
    [InlineData("Condition", "onset|recordedDate")]
    [InlineData("Procedure", "performed")]
    [InlineData("Immunization", "occurrence")]
    [InlineData("MedicationRequest", "authoredOn")]
    [InlineData("DiagnosticReport", "effective|issued")]
    [InlineData("DocumentReference", "date|context.period")]
    [InlineData("Coverage", "period")]
    public void The_rows_of_the_release_rule_are_there(string type, string service) =>
        Assert.StartsWith(service, string.Join('|', ResourceCatalog.Find(type)!.Service), StringComparison.Ordinal);

    [Theory]
    [InlineData("Practitioner")]
    [InlineData("Organization")]
    [InlineData("Location")]
    [InlineData("Medication")]
    [InlineData("Device")]
    public void Resources_of_no_person_are_known_as_such(string type) =>
        Assert.Equal((DataClass.None, true), (ResourceCatalog.Find(type)!.DataClass, ResourceCatalog.Find(type)!.IsReleasable));

    [Fact]
    public void Every_line_names_elements_that_exist()
    {
        foreach (var row in ResourceCatalog.All)
        {
            Assert.True(StructureTable.R4.IsResourceType(Encoding.UTF8.GetBytes(row.Type)), row.Type);
            if (row.DataClass is DataClass.Claims or DataClass.Clinical)
                Assert.True(row.Subject is not null, row.Type);
            foreach (var path in row.Service.Concat(row.Subject is null ? [] : [row.Subject]).SelectMany(p => p.Split("..")))
                AssertExists(row.Type, path);
        }
    }

    [Fact]
    public void What_is_in_no_line_or_of_many_persons_is_not_released()
    {
        Assert.Null(ResourceCatalog.Find("Bundle"));
        Assert.False(ResourceCatalog.Find("Group")!.IsReleasable);
    }

    [Fact]
    public void What_others_refer_to_comes_first() =>
        Assert.Equal(
            ["Organization", "Practitioner", "PractitionerRole", "Patient", "Coverage", "Encounter", "Observation", "DiagnosticReport", "ExplanationOfBenefit"],
            new[] { "ExplanationOfBenefit", "DiagnosticReport", "Observation", "Encounter", "Coverage", "Patient", "PractitionerRole", "Practitioner", "Organization" }
                .OrderBy(ResourceCatalog.OrderOf));

    private static void AssertExists(string type, string path)
    {
        var owner = type;
        foreach (var step in path.Split('.'))
        {
            string[] names = [step, step + "DateTime", step + "Date", step + "Period"];
            Assert.True(names.Any(n => StructureTable.R4.HasProperty(owner, Encoding.UTF8.GetBytes(n), out _)), $"{type}: {path}");
            owner += "." + step;
        }
    }
}
