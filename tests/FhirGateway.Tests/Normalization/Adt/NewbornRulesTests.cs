using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class NewbornRulesTests
{
    private static readonly AdtFeedSettings Settings = new() { Source = "hospital" };

    [Fact]
    public void A_newborns_PID_3_that_PID_21_names_too_is_the_mothers()
    {
        var read = Convert("BABY1^^^MERCY^MR~MOM7^^^MERCY^MR", "MOM7^^^MERCY^MR").Event!;
        Assert.Equal("MERCY|BABY1", read.PatientKey);
        Assert.Equal(["BABY1"], read.Patient.Identifiers.Select(i => i.Value));
        Assert.DoesNotContain("MOM7", Encoding.UTF8.GetString(read.Bundle.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newborn_without_a_number_of_its_own_is_nobody_yet() =>
        Assert.Equal((ReasonCodes.PatientNotIdentified, "PID-3"), (Convert("MOM7^^^MERCY^MR", "MOM7^^^MERCY^MR").Reason, Convert("MOM7^^^MERCY^MR", "MOM7^^^MERCY^MR").Path));

    [Fact]
    public void The_same_number_of_another_authority_is_another_number() =>
        Assert.Equal("MERCY|MOM7", Convert("MOM7^^^MERCY^MR", "MOM7^^^GRACE^MR").Event!.PatientKey);

    [Fact]
    public void An_adult_whose_PID_21_repeats_PID_3_keeps_its_number() =>
        Assert.Equal("MERCY|MOM7", Convert("MOM7^^^MERCY^MR", "MOM7^^^MERCY^MR", "19500517").Event!.PatientKey);

    [Fact]
    public void A_social_security_number_that_stands_with_the_mother_is_hers()
    {
        Assert.DoesNotContain(Convert("BABY1^^^MERCY^MR", "", ssn: "443121234", mothersSsn: "443-12-1234").Event!.Patient.Identifiers, i => i.TypeCode == "SS");
        Assert.Contains(Convert("BABY1^^^MERCY^MR", "", ssn: "443121235", mothersSsn: "443-12-1234").Event!.Patient.Identifiers, i => i.TypeCode == "SS");
    }

    private static AdtConversion Convert(string pid3, string pid21, string born = "20260615", string ssn = "", string mothersSsn = "") => AdtConverter.Convert(
        Encoding.UTF8.GetBytes(
            $"MSH|^~\\&|ADT|MERCY|GW|HIE|20260615100000||ADT^A01|c1|P|2.5.1\rEVN||20260615100000\r"
            + $"PID|1||{pid3}||Moore^Baby||{born}|F{new string('|', 11)}{ssn}||{pid21}\rNK1|1|Moore^Ada|MTH{new string('|', 34)}{mothersSsn}\r"
            + "PV1|1|I|4N^401^1|||||||MED|||||||||V1^^^MERCY^VN\r"),
        Settings);
}
