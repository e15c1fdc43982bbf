using FhirGateway.Fhir.Rules;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Rules;

/// <summary>Published resources are right, except where the specification's own text says otherwise.</summary>
public sealed class PublishedResourcesTests
{
    /// <summary>What the examples of the specification have wrong, by kind, with the number of findings and why they are none of ours.</summary>
    private static readonly Dictionary<string, (int Count, string Why)> InExamples = new(StringComparer.Ordinal)
    {
        ["bundle-fullurl"] = (1, "a search set with an outcome that has no fullUrl"),
        ["bundle-fullurl-id"] = (18, "lri-example and three others have URLs that end with another id"),
        ["bundle-reference-url"] = (2, "father and 3a0707d3: entries with urn:uuid refer by type and id"),
        ["canonical-absolute"] = (72, "canonicals of the form Library/x, which datatypes.html#canonical does not allow"),
        ["identifier-uri"] = (3, "an OID without urn:oid:; a text as an example in Consent"),
        ["txt-2"] = (4, "nothing but white space"),
        ["resource-id"] = (1, "an id of 65 characters"),
        ["search-expression"] = (1, "a function hasExtension that does not exist"),
        ["uri-urn"] = (2, "urn:oid:X.Y.Z"),
        ["valueset-code"] = (1, "ussg-fht: [lb_i] is no unit of UCUM"),
        ["valueset-system"] = (7, "a version within the system; a fragment"),
        ["search-expression-base"] = (1, "DocumentReference in a parameter of Patient"),
        ["codesystem-property-code"] = (1, "the SNOMED CT stub defines a property twice"),
        ["codesystem-property-uri"] = (3, "the SNOMED CT stub gives several properties one URI"),
    };

    [Fact]
    public void Examples_of_the_specification_have_no_errors_but_their_own()
    {
        var rules = new ResourceRules(new([]));
        var found = SharedSamples.Entries("fhir/samples/r4-examples.tar.gz")
            .Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal) && !e.Name.EndsWith("package.json", StringComparison.Ordinal) && !e.Name.EndsWith(".index.json", StringComparison.Ordinal))
            .SelectMany(e => RuleFindings.Find(e.Bytes, rules)).Where(i => i.Severity == IssueSeverity.Error)
            .GroupBy(i => i.Key).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(
            InExamples.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value.Count}"),
            found.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}"));
    }

    [Fact]
    public void Bulk_data_has_no_errors()
    {
        var rules = new ResourceRules(new([]));
        Assert.Empty(SharedSamples.BulkLines().SelectMany(l => RuleFindings.Find(l, rules)));
    }
}
