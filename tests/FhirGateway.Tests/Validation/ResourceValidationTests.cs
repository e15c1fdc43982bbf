using FhirGateway.Fhir.Structure;
using FhirGateway.Validation;

namespace FhirGateway.Tests.Validation;

public sealed class ResourceValidationTests
{
    [Fact]
    public void A_good_resource_has_no_findings_and_an_unreadable_one_a_fatal_one()
    {
        var validation = new ResourceValidation();
        Assert.Empty(validation.Validate("""{"resourceType":"Patient","id":"p"}"""u8.ToArray()));
        Assert.Equal(IssueSeverity.Fatal, Assert.Single(validation.Validate("{"u8.ToArray())).Severity);
    }

    [Fact]
    public void A_finding_never_repeats_a_value()
    {
        var issues = new ResourceValidation().Validate("""{"resourceType":"Patient","birthDate":"SECRET","gender":["SECRET"],"SECRET 9":"SECRET"}"""u8.ToArray());
        Assert.Equal(3, issues.Count);
        Assert.DoesNotContain("SECRET", string.Join(' ', issues), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_limited()
    {
        var json = "{\"resourceType\":\"Patient\",\"name\":[" + string.Join(',', Enumerable.Repeat("{}", 5000)) + "]}";
        Assert.Equal(StructureValidator.MaxIssues, new ResourceValidation().Validate(System.Text.Encoding.UTF8.GetBytes(json)).Count);
    }
}
