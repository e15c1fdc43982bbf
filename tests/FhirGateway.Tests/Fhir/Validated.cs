using System.Text;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir;

/// <summary>Findings about a resource; plans are compiled once for all tests.</summary>
internal static class Validated
{
    private static readonly Lazy<ValidationPlans> LazyR4 = new(() => Plans(new PackageSet([BuiltInPackages.R4])));
    private static readonly Lazy<ValidationPlans> LazyAll = new(() => Plans(BuiltInPackages.All));

    public static ValidationPlans R4 => LazyR4.Value;

    public static ValidationPlans All => LazyAll.Value;

    public static List<ValidationIssue> By(ValidationPlans plans, string json)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone, json);
        return By(plans, tape);
    }

    public static List<ValidationIssue> By(ValidationPlans plans, JsonTape tape)
    {
        var issues = new List<ValidationIssue>();
        new ProfileValidator(plans).Validate(tape, issues);
        return issues;
    }

    private static ValidationPlans Plans(PackageSet packages) => new(packages, new TerminologyTables(packages));
}
