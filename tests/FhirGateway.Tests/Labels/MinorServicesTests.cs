using FhirGateway.Labels;

namespace FhirGateway.Tests.Labels;

public sealed class MinorServicesTests
{
    private static readonly DateOnly Born = new(2012, 6, 15);

    [Theory]
    [InlineData("2024-06-14", false)]
    [InlineData("2024-06-15", true)]
    [InlineData("2030-06-14", true)]
    [InlineData("2030-06-15", false)]
    public void A_minors_service_is_labelled_from_the_12th_to_the_18th_birthday(string day, bool isLabelled) =>
        Assert.Equal(isLabelled, Of(new MessageFields { HospitalService = "Adolescent Medicine" }, DateOnly.Parse(day)).Contains(SensitivityLabel.Minor));

    [Fact]
    public void A_birthday_on_leap_day_counts_from_the_28th_of_February_of_other_years()
    {
        var fields = new MessageFields { Unit = "TEEN", BirthDate = new DateOnly(2012, 2, 29) };
        Assert.True(LabelRules.OfMessage(fields with { EventDay = new DateOnly(2030, 2, 27) }).Contains(SensitivityLabel.Minor));
        Assert.False(LabelRules.OfMessage(fields with { EventDay = new DateOnly(2030, 2, 28) }).Contains(SensitivityLabel.Minor));
    }

    [Theory]
    [InlineData("ADOL", true)]
    [InlineData("adol 2", true)]
    [InlineData("TEEN1", true)]
    [InlineData("STI Clinic", true)]
    [InlineData("Family Planning", true)]
    [InlineData("School-Based Health", true)]
    [InlineData("BH", true)]
    [InlineData("PEDS", false)]
    [InlineData("STEENBERG", false)]
    [InlineData("4N", false)]
    public void Units_and_services_of_minors_are_known_by_their_names(string name, bool isLabelled)
    {
        Assert.Equal(isLabelled, Of(new MessageFields { Unit = name }).Contains(SensitivityLabel.Minor));
        Assert.Equal(isLabelled, Of(new MessageFields { Facility = name }).Contains(SensitivityLabel.Minor));
    }

    [Theory]
    [InlineData("Z30.011", "I10", true)]
    [InlineData("Z30011", "", true)]
    [InlineData("O09.31", "ICD-10-CM", true)]
    [InlineData("F32.1", "http://hl7.org/fhir/sid/icd-10-cm", true)]
    [InlineData("F32.1", "http://snomed.info/sct", false)]
    [InlineData("A56.00", "I10C", true)]
    [InlineData("81025", "CPT", true)]
    [InlineData("FEVER", "", false)]
    [InlineData("J45.909", "I10", false)]
    public void Codes_of_minors_services_are_known_by_their_beginning(string code, string system, bool isLabelled) =>
        Assert.Equal(isLabelled, Of(new MessageFields { Codes = [(code, system)] }).Contains(SensitivityLabel.Minor));

    [Fact]
    public void Nobody_is_taken_for_a_minor_whose_birth_date_is_not_known() =>
        Assert.True(LabelRules.OfMessage(new MessageFields { Unit = "TEEN", EventDay = new DateOnly(2026, 6, 15) }).IsEmpty);

    private static LabelSet Of(MessageFields fields, DateOnly? day = null) =>
        LabelRules.OfMessage(fields with { BirthDate = Born, EventDay = day ?? new DateOnly(2026, 6, 15) });
}
