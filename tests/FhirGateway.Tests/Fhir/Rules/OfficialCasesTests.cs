using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Rules;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Rules;

/// <summary>The validator suite of the reference implementation, as far as prose decides it: the rules run alone, without profiles.</summary>
public sealed class OfficialCasesTests
{
    /// <summary>
    /// Its file is that of contained-resource-bad-id, which the suite runs a second time with contained resources switched off.
    /// </summary>
    private const string ContainedSwitchedOff = "contained-resource-bad-id-ignore";

    [Fact]
    public void What_the_suite_calls_good_is_good()
    {
        var wrong = new List<string>();
        foreach (var (name, errors, found) in Run())
            if (errors == 0 && name != ContainedSwitchedOff && found.Length > 0)
                wrong.Add($"{name}: {found}");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("attachment-with-wrong-size", "attachment-size Media.content.size")]
    [InlineData("bundle-document-versioned-references-bad", "bundle-reference-ambiguous Bundle.entry[0].resource.section[0].entry[1].reference")]
    [InlineData("capstmt", "capability-search-type CapabilityStatement.rest[0].resource[0].searchParam[0].type")]
    [InlineData("cs-meta-profile", "codesystem-count CodeSystem.count")]
    [InlineData("pat-security-bad-xhtml", "txt-1 Patient.text.div")]
    [InlineData("sp-diff-type", "search-derived-type SearchParameter.type")]
    [InlineData("sp-diff-base", "search-derived-base SearchParameter.base[0]")]
    [InlineData("sp-composite", "search-composite SearchParameter")]
    [InlineData("vs-bad-code", "valueset-code ValueSet.compose.include[0].concept[0]")]
    [InlineData("parameters-reference-bad", "parameters-reference Parameters.parameter[2].resource.beneficiary.reference")]
    [InlineData("bundle-duplicate-id", "bundle-fullurl-absolute Bundle.entry[0].fullUrl")]
    [InlineData("hakan-se", "reference-contained MedicationRequest.requester.reference")]
    [InlineData("supplement-2", "codesystem-supplement CodeSystem.content")]
    [InlineData("bundle-id-2", "bundle-link-repeated Bundle.link[1]")]
    [InlineData("bundle-id-4", "search-outcome Bundle.entry[0].resource")]
    [InlineData("resource-invalid-id-1", "resource-id Location.id")]
    [InlineData("resource-invalid-id-3", "resource-id Location.contained[0].id")]
    [InlineData("bundle-with-contained", "bundle-fullurl-id Bundle.entry[0].fullUrl")]
    [InlineData("vs-canonical-bad", "canonical-url ValueSet.url")]
    [InlineData("vs-canonical-bad-2", "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("vs-canonical-urn", "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("contained-resource-bad-id", "dom-3 Condition.contained[0]")]
    [InlineData("bundle-ea-testcase", "bundle-fullurl-absolute Bundle.entry[1].resource.contained[0].entry[0].fullUrl")]
    [InlineData("versioned-extension", "extension-url-version Patient.extension[1].url")]
    [InlineData("ai8", "differential-order StructureDefinition.differential.element[1]")]
    [InlineData("StructureDefinition-Slice23", "slicing-discriminator StructureDefinition.differential.element[2].slicing.discriminator[0]")]
    [InlineData("ips-htmlrefs-backwards", "narrative-link-ambiguous Bundle.entry[3].resource.extension[0].value.ofType(uri)")]
    [InlineData("ips-htmlrefs-forwards", "txt-1 Bundle.entry[0].resource.text.div")]
    [InlineData("cs-bad-props", "codesystem-property-type CodeSystem.property[0]")]
    [InlineData("vs-filter-property-bad", "valueset-filter-code ValueSet.compose.include[0].filter[0]")]
    [InlineData("vs-bad-ecl-us", "valueset-filter-value ValueSet.compose.include[0].filter[0].value")]
    public void What_the_suite_calls_bad_is_found(string name, string expected)
    {
        var (_, errors, found) = Assert.Single(Run(), r => r.Name == name);
        Assert.True(errors > 0);
        Assert.Contains(expected, found.Split('\n'));
    }

    private static IEnumerable<(string Name, int Errors, string Found)> Run()
    {
        var plain = new ResourceRules(new([RuleFindings.Core]));
        foreach (var line in File.ReadLines(SharedSamples.Path("fhir/test-cases/validator/cases.tsv")).Skip(1))
        {
            var row = line.Split('\t');
            var bytes = File.ReadAllBytes(SharedSamples.Path("fhir/test-cases/validator/files/" + row[2]));
            if (row[1] != "base" || !new global::FhirGateway.Fhir.Json.JsonTape().Read(bytes).IsNone)
                continue;
            var supporting = row[10].Split(',').Where(f => f.EndsWith(".json", StringComparison.Ordinal)).ToList();
            var rules = supporting.Count == 0 ? plain : new ResourceRules(new PackageSet([RuleFindings.Core, RuleFindings.Package(supporting.Select(Read))]));
            yield return (row[0], int.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture), string.Join('\n', RuleFindings
                .Find(bytes, rules).Where(i => i.Severity == IssueSeverity.Error).Select(i => $"{i.Key} {i.Expression}")));
        }
    }

    private static string Read(string file) => File.ReadAllText(SharedSamples.Path("fhir/test-cases/validator/files/" + file));
}
