using System.Text;
using FhirGateway.Labels;
using FhirGateway.Normalization;

namespace FhirGateway.Tests.Labels;

public sealed class LabelRulesTests
{
    [Theory]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "F10.20", "SubstanceUse")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "F1020", "SubstanceUse")]
    [InlineData("urn:oid:2.16.840.1.113883.6.90", "f10.20", "SubstanceUse")]
    [InlineData("http://hl7.org/fhir/sid/icd-9-cm", "303.90", "SubstanceUse")]
    [InlineData("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "H0005", "SubstanceUse")]
    [InlineData("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "99408", "SubstanceUse")]
    [InlineData("http://www.cms.gov/Medicare/Coding/ICD10", "HZ41ZZZ", "SubstanceUse")]
    [InlineData("", "F10.20", "SubstanceUse")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "E11.9", "")]
    [InlineData("http://snomed.info/sct", "F10.20", "")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "Restricted")]
    [InlineData("urn:oid:2.16.840.1.113883.5.25", "V", "Restricted")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N", "")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", "42CFRPart2", "SubstanceUse")]
    [InlineData("http://hl7.org/fhir/v3/ActCode", "PSY", "Psychiatry")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "")]
    public void A_coding_anywhere_labels_the_resource(string system, string code, string expected)
    {
        var systemPart = system.Length == 0 ? "" : $"\"system\":\"{system}\",";
        foreach (var coding in new[] { $$"""{{{systemPart}}"code":"{{code}}"}""", $$"""{"code":"{{code}}",{{systemPart}}"display":"x"}""" })
            Assert.Equal(expected, Of($$$"""{"resourceType":"Basic","contained":[{"x":[{"coding":[{{{coding}}}]}]}]}""").ToString());
    }

    [Theory]
    [InlineData("2007-09-30", "2007-10-01", true)]
    [InlineData("2007-10-02", "2007-10-03", false)]
    [InlineData(null, "2020-01-01", true)]
    [InlineData("2007-10-02", null, false)]
    [InlineData(null, null, true)]
    public void A_dated_code_labels_while_it_is_in_force_and_an_undated_service(string? start, string? end, bool isLabelled)
    {
        DateOnly? Day(string? d) => d is null ? null : DateOnly.Parse(d);
        var json = """{"code":{"coding":[{"system":"https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software","code":"522"}]}}""";
        Assert.Equal(isLabelled, !Of(json, new ServicePeriod(Day(start), Day(end))).IsEmpty);
    }

    [Fact]
    public void What_cannot_be_read_is_never_unlabelled() =>
        Assert.Throws<ArgumentException>(() => LabelRules.OfResource("{"u8.ToArray()));

    [Fact]
    public void Every_code_of_the_part_2_list_labels_within_its_dates()
    {
        string? system = null, code = null, start = null;
        var count = 0;
        foreach (var line in File.ReadLines(Fhir.SharedSamples.Path("people/part2-security-labels.yml")))
        {
            var parts = line.TrimStart('-', ' ').Split(": ", 2);
            var value = parts.Length == 2 ? parts[1].Trim('\'', '"', ' ') : "";
            if (parts[0] == "system")
                system = value;
            else if (parts[0] == "code")
                code = value;
            else if (parts[0] == "startDate")
                start = value;
            else if (parts[0] == "endDate")
            {
                var json = $$$"""{"code":{"coding":[{"system":"{{{system}}}","code":"{{{code}}}"}]}}""";
                Assert.Equal("SubstanceUse", Of(json, new(DateOnly.Parse(start!), DateOnly.Parse(start!))).ToString());
                if (start != "1970-01-01")
                    Assert.True(Of(json, new(new(2000, 1, 1), new(2000, 1, 1))).IsEmpty || Count(code!) > 1);
                count++;
            }
        }
        Assert.Equal(724, count);

        static int Count(string c) => File.ReadLines(Fhir.SharedSamples.Path("people/part2-security-labels.yml")).Count(l => l.Contains(c, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PSY", "", "", "Psychiatry")]
    [InlineData("", "BHU2", "", "Psychiatry")]
    [InlineData("", "5 West-DETOX", "", "SubstanceUse")]
    [InlineData("", "", "VALLEY BEHAVIORAL HEALTH", "Psychiatry")]
    [InlineData("MED", "4W", "GENERAL", "")]
    [InlineData("SUR", "MATERNITY", "ST MATTHEW", "")]
    [InlineData("CAR", "icu7", "X", "SensitivePlace")]
    public void Places_label_a_message(string service, string unit, string facility, string expected) =>
        Assert.Equal(expected, LabelRules.OfMessage(
            new MessageFields { HospitalService = service, Unit = unit, Facility = facility }, new SensitivePlaces(units: ["ICU7"])).ToString());

    [Fact]
    public void Any_vip_indicator_and_any_listed_code_label_a_message()
    {
        Assert.Equal("Vip", LabelRules.OfMessage(new MessageFields { VipIndicator = "Y" }).ToString());
        Assert.True(LabelRules.OfMessage(new MessageFields { VipIndicator = "\"\"" }).IsEmpty);
        Assert.Equal("SubstanceUse", LabelRules.OfMessage(new MessageFields { Codes = [("E11.9", "I10"), ("F11.20", "I10C")] }).ToString());
        Assert.Equal("SubstanceUse", LabelRules.OfMessage(new MessageFields { Codes = [("F1120", null)] }).ToString());
        Assert.True(LabelRules.OfMessage(new MessageFields { Codes = [("F11.20", "LOCAL"), ("", null)] }).IsEmpty);
    }

    private static LabelSet Of(string json, ServicePeriod? service = null) => LabelRules.OfResource(Encoding.UTF8.GetBytes(json), service);
}
