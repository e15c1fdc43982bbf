using System.Text;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.FhirPath;

public sealed class FhirPathVerdictTests
{
    private const string Observation = """
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"s","code":"no"},{"system":"s","code":"yes"}]},
         "subject":{"reference":"Patient/1"},"performer":[{"reference":"urn:uuid:x"},{"reference":"#p"},{"display":"d"},{"type":"Organization","reference":"urn:y"}],
         "contained":[{"resourceType":"Practitioner","id":"p","active":true}]}
        """;

    private static Membership Know(string set, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, bool hasSystem)
    {
        if (set == "unknown")
            return Membership.Unknown;
        Assert.Equal(hasSystem ? "s" : "", Encoding.UTF8.GetString(system));
        return code.SequenceEqual("yes"u8) || code.SequenceEqual("final"u8) ? Membership.Member : Membership.NotMember;
    }

    [Theory]
    [InlineData("status.memberOf('set')", FhirPathVerdict.True)]
    [InlineData("code.memberOf('set')", FhirPathVerdict.True)]
    [InlineData("code.coding[0].memberOf('set')", FhirPathVerdict.False)]
    [InlineData("code.memberOf('unknown')", FhirPathVerdict.NotCheckable)]
    [InlineData("code.memberOf('unknown') or true", FhirPathVerdict.True)]
    [InlineData("code.memberOf('unknown') and false", FhirPathVerdict.NotCheckable)]
    [InlineData("subject.resolve() is Patient", FhirPathVerdict.True)]
    [InlineData("subject.resolve() is Group", FhirPathVerdict.False)]
    [InlineData("subject.resolve().ofType(Patient).exists()", FhirPathVerdict.True)]
    [InlineData("subject.resolve().active", FhirPathVerdict.NotCheckable)]
    [InlineData("performer[0].resolve() is Practitioner", FhirPathVerdict.NotCheckable)]
    [InlineData("performer[1].resolve().active", FhirPathVerdict.True)]
    [InlineData("performer[1].resolve() is Practitioner", FhirPathVerdict.True)]
    [InlineData("performer[2].resolve() is Practitioner", FhirPathVerdict.NotCheckable)]
    [InlineData("performer[3].resolve() is Organization", FhirPathVerdict.True)]
    [InlineData("conformsTo('http://example.org/profile')", FhirPathVerdict.NotCheckable)]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Observation')", FhirPathVerdict.True)]
    [InlineData("elementDefinition().exists()", FhirPathVerdict.NotCheckable)]
    [InlineData("{}", FhirPathVerdict.False)]
    [InlineData("status = 'x'", FhirPathVerdict.False)]
    [InlineData("performer = 'x' or performer.single().exists()", FhirPathVerdict.Faulted)]
    [InlineData("value is Boolean", FhirPathVerdict.False)]
    public void What_cannot_be_known_is_told_apart_from_what_is_wrong(string expression, FhirPathVerdict expected)
    {
        var evaluator = FhirPathTexts.On(Observation, Know);
        Assert.Equal(expected, evaluator.Check(expression));
        Assert.Equal(expected == FhirPathVerdict.Faulted, evaluator.LastFault is not null);
    }

    [Fact]
    public void Without_a_terminology_no_membership_is_known() =>
        Assert.Equal(FhirPathVerdict.NotCheckable, FhirPathTexts.On(Observation).Check("status.memberOf('set')"));

    [Fact]
    public void Invariants_take_the_name_of_a_value_for_the_primitive_that_holds_it()
    {
        var evaluator = FhirPathTexts.On("""{"resourceType":"Patient","active":true}""");
        Assert.Equal(FhirPathVerdict.True, evaluator.Check("active is Boolean"));
        Assert.Equal("false", evaluator.Evaluate(FhirPathTexts.Compile("active is Boolean")).Items[0].Json);
    }

    [Fact]
    public void Invariants_take_several_elements_for_there_being_some()
    {
        var evaluator = FhirPathTexts.On("""{"resourceType":"PractitionerRole","telecom":[{"value":"a"},{"value":"b"}]}""");
        Assert.Equal(FhirPathVerdict.True, evaluator.Check("telecom or endpoint"));
        Assert.Equal(FhirPathVerdict.Faulted, evaluator.Check("(true | false) or endpoint"));
        Assert.NotNull(evaluator.Evaluate(FhirPathTexts.Compile("telecom or endpoint")).Fault);
    }

    [Fact]
    public void Faults_carry_nothing_of_the_resource()
    {
        var evaluator = FhirPathTexts.On("""{"resourceType":"Patient","name":[{"family":"Secret"},{"family":"Hidden"}]}""");
        foreach (var expression in new[] { "name.family.length()", "(true | false) and true", "name.family + 1", "-name[0].family", "name.family.single()", "name.family.toInteger()", "name[0].family.matches(name[0].family & '(')" })
        {
            Assert.Equal(FhirPathVerdict.Faulted, evaluator.Check(expression));
            Assert.DoesNotContain("Secret", evaluator.LastFault!.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Hidden", evaluator.LastFault.ToString(), StringComparison.Ordinal);
        }
    }
}
