using System.Text;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Tests.Fhir;
using FhirGateway.Validation;

namespace FhirGateway.Tests.Validation;

public sealed class ResourceValidationTests
{
    private static readonly ProfileSets Sets = new();

    [Fact]
    public void A_good_resource_has_no_errors_and_an_unreadable_one_a_fatal_one()
    {
        var validation = new ResourceValidation();
        Assert.False(FindingCounts.HasError(validation.Validate("""{"resourceType":"Basic","id":"b","code":{"text":"x"}}"""u8.ToArray(), Sets.Of([]))));
        Assert.Equal(IssueSeverity.Fatal, Assert.Single(validation.Validate("{"u8.ToArray(), Sets.Of([]))).Severity);
    }

    [Fact]
    public void A_finding_never_repeats_a_value()
    {
        var issues = new ResourceValidation().Validate(
            """{"resourceType":"Patient","birthDate":"SECRET","gender":["SECRET"],"SECRET 9":"SECRET"}"""u8.ToArray(), Sets.Of([]));
        Assert.Equal(3, issues.Count(i => i.Code is "value" or "structure"));
        Assert.DoesNotContain("SECRET", string.Join(' ', issues), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_limited()
    {
        var json = "{\"resourceType\":\"Patient\",\"name\":[" + string.Join(',', Enumerable.Repeat("{}", 5000)) + "]}";
        Assert.InRange(new ResourceValidation().Validate(Encoding.UTF8.GetBytes(json), Sets.Of([])).Count, 100, ProfileValidator.MaxIssues);
    }

    [Fact]
    public void Findings_are_counted_by_severity_and_key_without_what_is_for_information()
    {
        ValidationIssue Issue(IssueSeverity severity, string key) => new(severity, "invariant", key, "Patient", "m", 0);
        var counts = FindingCounts.Of(
            [Issue(IssueSeverity.Error, "us-core-6"), Issue(IssueSeverity.Warning, "dom-6"), Issue(IssueSeverity.Information, "x"), Issue(IssueSeverity.Error, "us-core-6")]);
        Assert.Equal([new("error us-core-6", 2), new("warning dom-6", 1)], counts);
    }

    [Fact]
    public void A_source_of_us_core_3_is_checked_by_that_version_and_by_no_newer()
    {
        const string Race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
        Assert.Equal("6.1.0", Sets.Of([]).Plans.Packages.FindStructure(Race)?.Package.Version);
        var old = Sets.Of(["us-core@3.1.1", "carin-bb@2.0.0"]);
        Assert.Equal("3.1.1", old.Plans.Packages.FindStructure(Race)?.Package.Version);
        Assert.Same(old, Sets.Of(["us-core@3.1.1", "carin-bb@2.0.0"]));
        Assert.Null(Sets.Find("us-core@99"));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","identifier":[{"system":"http://a.b","value":"1"}],"name":[{"family":"A"}],"gender":"female"}""", "us/core/StructureDefinition/us-core-patient|6.1.0")]
    [InlineData("""{"resourceType":"Patient"}""", null)]
    [InlineData("""{"resourceType":"Patient","meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|3.1.1"]}}""", "us/core/StructureDefinition/us-core-patient|6.1.0")]
    [InlineData("""{"resourceType":"Patient","meta":{"profile":["urn:x","http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-Patient"]}}""", "us/carin-bb/StructureDefinition/C4BB-Patient|2.0.0")]
    [InlineData("""{"resourceType":"ExplanationOfBenefit","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"pharmacy"}]}}""", null)]
    [InlineData("""{"resourceType":"Basic","code":{"text":"x"}}""", null)]
    public void The_profile_is_the_one_declared_if_it_is_at_hand_else_the_one_that_fits_and_holds(string json, string? profile)
    {
        var tape = new FhirGateway.Fhir.Json.JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        Assert.Equal(profile is null ? null : "http://hl7.org/fhir/" + profile, new ResourceValidation().ChoiceOf(Sets.Of([]))(tape));
    }

    [Fact]
    public void An_example_of_CARIN_without_its_declaration_is_known_for_what_it_is()
    {
        var choice = new ResourceValidation().ChoiceOf(Sets.Of([]));
        var count = 0;
        foreach (var (name, bytes) in SharedSamples.Entries("fhir/packages/carin4bb-200.tgz"))
        {
            if (!name.Contains("/example/ExplanationOfBenefit-", StringComparison.Ordinal))
                continue;
            var example = System.Text.Json.Nodes.JsonNode.Parse(bytes)!;
            var declared = (string)example["meta"]!["profile"]![0]!;
            ((System.Text.Json.Nodes.JsonObject)example["meta"]!).Remove("profile");
            var tape = new FhirGateway.Fhir.Json.JsonTape();
            Assert.True(tape.Read(Encoding.UTF8.GetBytes(example.ToJsonString())).IsNone);
            Assert.Equal(declared.Split('|')[0] + "|2.0.0", choice(tape));
            count++;
        }
        Assert.InRange(count, 5, 100);
    }

    [Fact]
    public async Task A_package_that_was_added_is_a_profile_set_of_a_source()
    {
        var folder = Directory.CreateTempSubdirectory("packages").FullName;
        try
        {
            var packages = new PackageFolder(folder);
            await using (var archive = File.OpenRead(SharedSamples.Path("fhir/packages/us_core_700.tgz")))
                await packages.AddAsync(archive, "us_core_700.tgz", cancellationToken: TestContext.Current.CancellationToken);
            var sets = new ProfileSets(packages);
            Assert.Null(Sets.Find("us-core@7.0.0"));
            Assert.Equal("7.0.0", sets.Find("us-core@7.0.0")?.Version);
            var tape = new FhirGateway.Fhir.Json.JsonTape();
            Assert.True(tape.Read("""{"resourceType":"Patient","identifier":[{"system":"http://a.b","value":"1"}],"name":[{"family":"A"}],"gender":"female"}"""u8.ToArray()).IsNone);
            Assert.EndsWith("us-core-patient|7.0.0", new ResourceValidation().ChoiceOf(sets.Of(["us-core@7.0.0"]))(tape), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
