namespace FhirGateway.Tests.Fhir.FhirPath;

public sealed class FhirPathElementTests
{
    private const string Patient = """
        {"active":true,"_birthDate":{"extension":[{"url":"u","valueCode":"unknown"}]},
         "name":[{"family":"A\u0042","given":["x",null],"_given":[null,{"id":"g2"}]}],
         "deceasedDateTime":"2012-02-30","multipleBirthInteger":2,"contact":[{"gender":"male"}],
         "contained":[{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.50,"unit":"mg"}},{"resourceType":"Nonesuch","id":"n","a":[1,"b"]}],
         "resourceType":"Patient","unknownElement":1}
        """;

    [Theory]
    [InlineData("Patient.active", "true")]
    [InlineData("Resource.active", "true")]
    [InlineData("Encounter.active", "")]
    [InlineData("name.family", "\"A\\u0042\"")]
    [InlineData("name.family = 'AB'", "true")]
    [InlineData("name.family.length()", "2")]
    [InlineData("name.given.count()", "2")]
    [InlineData("name.given", "\"x\", null")]
    [InlineData("name.given.id", "\"g2\"")]
    [InlineData("name.given.hasValue()", "false")]
    [InlineData("name.given[0].hasValue()", "true")]
    [InlineData("birthDate.exists()", "true")]
    [InlineData("birthDate.hasValue()", "false")]
    [InlineData("birthDate.extension.value", "\"unknown\"")]
    [InlineData("birthDate.extension('u').value.is(code)", "true")]
    [InlineData("deceased.is(dateTime)", "true")]
    [InlineData("deceasedDateTime", "")]
    [InlineData("deceased < today()", "")]
    [InlineData("deceased.toString()", "")]
    [InlineData("multipleBirth + 1", "3")]
    [InlineData("contact.gender.type().name", "\"code\"")]
    [InlineData("contact.type().name", "\"BackboneElement\"")]
    [InlineData("contained.value.value", "1.50")]
    [InlineData("contained[0].value = 1.5 'mg'", "true")]
    [InlineData("contained[1].a", "1, \"b\"")]
    [InlineData("contained.ofType(Observation).id", "\"o\"")]
    [InlineData("contained[0] is DomainResource", "true")]
    [InlineData("name.family in ('x' | 'AB')", "true")]
    [InlineData("name.family in ('x' | name.given.first() | %resource.name.family)", "true")]
    [InlineData("name.family in ('x' | 'y')", "false")]
    [InlineData("unknownElement", "")]
    [InlineData("children().count()", "8")]
    [InlineData("repeat(contained).id", "\"o\", \"n\"")]
    public void Elements_are_found_by_name_and_type(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression, Patient));

    [Theory]
    [InlineData("name.given1", "Patient")]
    [InlineData("Encounter.status", "Patient")]
    [InlineData("valueQuantity.unit", "Observation")]
    [InlineData("(value as Period).unit", "Observation")]
    [InlineData("value.ofType(Nonesuch)", "Observation")]
    [InlineData("name.where(famly = 'x')", "Patient")]
    [InlineData("children().first()", "Patient")]
    [InlineData("1.name", "Patient")]
    public void Steps_that_no_resource_could_give_sense_are_found_before_there_is_one(string expression, string type) =>
        Assert.NotEmpty(FhirPathTexts.Compile(expression).CheckTypes(type));

    [Theory]
    [InlineData("value.unit", "Observation")]
    [InlineData("contained.value.unit", "Patient")]
    [InlineData("%resource.name.family", "Patient.contact")]
    [InlineData("entry.resource.ofType(Patient).name.given.first()", "Bundle")]
    [InlineData("name.select(given | family).join(' ')", "Patient")]
    [InlineData("birthDate.extension.value.ofType(code)", "Patient")]
    public void Steps_that_make_sense_are_not_complained_of(string expression, string type) =>
        Assert.Empty(FhirPathTexts.Compile(expression).CheckTypes(type));
}
