using System.Text;
using FhirGateway.Normalization.Adt;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>What the fold is told of a message.</summary>
public sealed class VisitFactsTests
{
    [Fact]
    public void All_that_the_message_says_of_the_visit_is_in_its_event()
    {
        var visit = Convert(
            Message("A02", Pv1(
                (2, "I"), (3, "ICU^3^B^NORTH"), (4, "U"), (6, "4W^401^A^NORTH"), (7, "1234567893^ATTEND^ALAN^^^DR^^^NPI"), (11, "RAD"), (14, "7"),
                (19, "V1^^^NORTH"), (36, "03"), (42, "5E^1^1^NORTH"), (44, "20260301100000"), (45, "20260304145500")) + "\rPV2||||||||20260301|20260305")
            .Replace("NORTHHOSP", "NORTHHOSP^1234567893^NPI", StringComparison.Ordinal)).Visit!;
        Assert.Equal(("A02", "NORTH|V1", "NORTH|M1", "NORTHHOSP"), (visit.Trigger, visit.VisitKey, visit.PatientKey, visit.Facility));
        Assert.Equal(("IMP", "U"), (visit.Class.Code, visit.AdmissionType));
        Assert.Equal(
            ("NORTH|wa:ICU|ro:3|bd:B", "NORTH|wa:4W|ro:401|bd:A", "NORTHHOSP|wa:RAD", "NORTH|wa:5E|ro:1|bd:1"),
            (visit.Location, visit.PriorLocation, visit.TemporaryLocation, visit.PendingLocation));
        Assert.Equal(("2026-03-01T10:10:00-05:00", "2026-03-01T10:00:00-05:00", "2026-03-04T14:55:00-05:00"), (visit.At.Text, visit.Admitted?.Text, visit.Discharged?.Text));
        Assert.Equal(("2026-03-01", "2026-03-05"), (visit.ExpectedAdmit?.Text, visit.ExpectedDischarge?.Text));
        Assert.Equal(("emd", "snf", false), (visit.AdmitSource, visit.Disposition, visit.StaysOn));
        Assert.Equal(("1234567893", "ALAN ATTEND", "1234567893"), (visit.AttendingNpi, visit.AttendingName, visit.FacilityNpi));
    }

    [Fact]
    public void Order_is_by_what_happened_then_was_recorded_then_was_sent()
    {
        var order = Convert(Message(evn: "20260301101000||||20260301095500")).Visit!.Order;
        Assert.Equal("09:55 10:10 10:15 C1", $"{order.Time:HH:mm} {order.Recorded:HH:mm} {order.Sent:HH:mm} {order.ControlId}");
        Assert.NotEqual(order.Key, Convert(Message(evn: "20260301101000||||20260301095500", id: "C2")).Visit!.Order.Key);
        Assert.Equal(order.Key, Convert(Message(evn: "20260301101000||||20260301095500")).Visit!.Order.Key);
    }

    [Theory]
    [InlineData("20260304141000", "", true, "2026-03-04T14:10:00-05:00")]
    [InlineData("", "Y", true, null)]
    [InlineData("20260304141000", "N", false, null)]
    [InlineData("", "", false, null)]
    [InlineData("soon", "", false, null)]
    public void Death_is_PID_30_or_a_time_in_PID_29(string at, string flag, bool isDeceased, string? time)
    {
        var visit = Convert(Message(pid: Ann + new string('|', 21) + at + "|" + flag)).Visit!;
        Assert.Equal((isDeceased, time), (visit.IsDeceased, visit.Death?.Text));
    }

    [Theory]
    [InlineData("E", "", "EMER")]
    [InlineData("I", "", "IMP")]
    [InlineData("O", "OBS", "OBSENC")]
    [InlineData("I", "OBS", "OBSENC")]
    [InlineData("E", "OBS", "EMER")]
    [InlineData("O", "OB", "AMB")]
    [InlineData("P", "", "PRENC")]
    [InlineData("??", "", "UNK")]
    public void Observation_is_a_class_of_its_own(string patientClass, string patientType, string expected) =>
        Assert.Equal(expected, Convert(Message(pv1: Pv1((2, patientClass), (18, patientType), (19, "V1")))).Visit!.Class.Code);

    [Fact]
    public void A_disposition_that_is_in_no_table_stays_the_sender_s_and_30_is_no_end()
    {
        var visit = Convert(Message("A03", Pv1((2, "I"), (19, "V1"), (36, "QQ")))).Visit!;
        Assert.Equal(("local:QQ", false), (visit.Disposition, visit.StaysOn));
        Assert.True(Convert(Message("A03", Pv1((2, "I"), (19, "V1"), (36, "30")))).Visit!.StaysOn);
    }

    [Theory]
    [InlineData("N", "5", "born")]
    [InlineData("N", "6", "other")]
    [InlineData("E", "5", "nursing")]
    [InlineData("E", "6", "local:6")]
    public void Where_a_newborn_comes_from_is_read_from_a_table_of_its_own(string type, string source, string expected) =>
        Assert.Equal(expected, Convert(Message(pv1: Pv1((2, "I"), (4, type), (14, source), (19, "V1")))).Visit!.AdmitSource);

    [Fact]
    public void An_end_before_the_beginning_is_lost_with_an_issue()
    {
        var converted = Convert(Message("A03", Pv1((2, "I"), (19, "V1"), (44, "20260305100000"), (45, "20260304145500"))));
        Assert.Null(converted.Visit!.Discharged);
        Assert.Contains(new AdtIssue(AdtIssueCodes.InvalidDate, "PV1-45"), converted.Issues);
    }

    [Theory]
    [InlineData("A28")]
    [InlineData("A29")]
    [InlineData("A31")]
    [InlineData("A60")]
    public void An_event_about_a_person_is_about_no_visit_whatever_PV1_it_carries(string trigger)
    {
        var converted = Convert(Message(trigger));
        Assert.Equal((null, null, null), (converted.Visit, converted.Episode, converted.EncounterId));
        Assert.DoesNotContain("Encounter", Encoding.UTF8.GetString(converted.Bundle.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deleted_person_is_not_active() => Assert.False(Resource(Convert(Message("A29", "PV1|1|N")), "Patient").GetProperty("active").GetBoolean());

    [Fact]
    public void A_visit_s_event_without_PV1_tells_of_the_person_and_is_held_for_the_rest()
    {
        var conversion = Try(Message(pv1: "ZZZ|1"));
        Assert.Equal(("segment-missing", "PV1"), (conversion.Reason, conversion.Path));
        Assert.Null(conversion.Event!.Visit);
        Assert.Equal("DOE", Resource(conversion.Event, "Patient").GetProperty("name")[0].GetProperty("family").GetString());
    }
}
