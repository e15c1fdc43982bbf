using System.Text;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>What each event about identifiers says: PID and PV1 carry on, MRG gives way.</summary>
public sealed class MergeReaderTests
{
    private static readonly AdtFeedSettings Settings = new() { Source = "north" };

    [Theory]
    [InlineData("A18", AdtMergeKind.MergePatients)]
    [InlineData("A30", AdtMergeKind.MergePatients)]
    [InlineData("A34", AdtMergeKind.MergePatients)]
    [InlineData("A36", AdtMergeKind.MergePatients)]
    [InlineData("A39", AdtMergeKind.MergePatients)]
    [InlineData("A40", AdtMergeKind.MergePatients)]
    [InlineData("A46", AdtMergeKind.ChangePatientId)]
    [InlineData("A47", AdtMergeKind.ChangePatientId)]
    [InlineData("A48", AdtMergeKind.ChangePatientId)]
    public void Patients(string trigger, AdtMergeKind kind)
    {
        var merge = One(trigger, "MRG|M2^^^NORTH^MR||A2^^^NORTH||||DOE^ANN");
        Assert.Equal((kind, "NORTH|M1", "NORTH|M2"), (merge.Kind, merge.SurvivorKey, merge.RetiredKey));
        Assert.Equal(trigger is "A36" ? ("NORTH|account|A1", "NORTH|account|A2") : (null, null), (merge.SurvivorAccount, merge.RetiredAccount));
        Assert.Equal("M2", Assert.Single(merge.RetiredIdentifiers).Value);
        Assert.DoesNotContain("M2", merge.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A35", AdtMergeKind.MergeAccounts)]
    [InlineData("A41", AdtMergeKind.MergeAccounts)]
    [InlineData("A49", AdtMergeKind.MergeAccounts)]
    [InlineData("A44", AdtMergeKind.MoveAccount)]
    public void Accounts(string trigger, AdtMergeKind kind)
    {
        var merge = One(trigger, "MRG|M2^^^NORTH^MR||A2^^^NORTH");
        Assert.Equal((kind, "NORTH|M1", "NORTH|account|A1", "NORTH|account|A2"), (merge.Kind, merge.SurvivorKey, merge.SurvivorAccount, merge.RetiredAccount));
        Assert.Equal(trigger is "A44" ? "NORTH|M2" : null, merge.RetiredKey);
    }

    [Theory]
    [InlineData("A42", AdtMergeKind.MergeVisits)]
    [InlineData("A50", AdtMergeKind.MergeVisits)]
    [InlineData("A51", AdtMergeKind.MergeVisits)]
    [InlineData("A45", AdtMergeKind.MoveVisit)]
    public void Visits(string trigger, AdtMergeKind kind)
    {
        var merge = One(trigger, "MRG|M2^^^NORTH^MR||||V2^^^NORTH");
        Assert.Equal((kind, "NORTH|M1", "NORTH|V1", "NORTH|V2"), (merge.Kind, merge.SurvivorKey, merge.SurvivorVisit, merge.RetiredVisit));
        Assert.Equal(trigger is "A45" ? "NORTH|M2" : null, merge.RetiredKey);
    }

    [Fact]
    public void A_visit_that_moves_keeps_its_number_and_an_alternate_number_is_none()
    {
        var moved = One("A45", "MRG|M2^^^NORTH^MR||||V1^^^NORTH");
        Assert.Equal(("NORTH|V1", "NORTH|V1"), (moved.SurvivorVisit, moved.RetiredVisit));
        Assert.Null(One("A51", "MRG|M1^^^NORTH^MR|||||V7^^^NORTH").RetiredVisit);
    }

    [Fact]
    public void All_that_a_patient_has_moves()
    {
        var merge = One("A43", "MRG|M2^^^NORTH^MR");
        Assert.Equal((AdtMergeKind.MovePatient, "NORTH|M1", "NORTH|M2"), (merge.Kind, merge.SurvivorKey, merge.RetiredKey));
        Assert.Null(One("A43", "MRG|M1^^^NORTH^MR|||E2").RetiredKey);
    }

    [Theory]
    [InlineData("A24", AdtMergeKind.LinkPatients)]
    [InlineData("A37", AdtMergeKind.UnlinkPatients)]
    public void Two_patients_are_linked_and_parted(string trigger, AdtMergeKind kind)
    {
        var events = Convert(trigger, "PID|2||M2^^^NORTH^MR||DOE^ANN||19500214|F");
        Assert.Equal((kind, "NORTH|M1", "NORTH|M2"), (events[0].Merge!.Kind, events[0].Merge!.SurvivorKey, events[0].Merge!.RetiredKey));
        Assert.All(events.Skip(1), e => Assert.Null(e.Merge));
    }

    [Fact]
    public void Each_pair_of_a_message_is_a_merge_of_its_own()
    {
        var events = Convert("A40", "MRG|M2^^^NORTH^MR\rPID|2||M3^^^NORTH^MR||ROE^BEA||19600214|F\rMRG|M4^^^NORTH^MR");
        Assert.Equal(["NORTH|M2>NORTH|M1", "NORTH|M4>NORTH|M3"], events.Select(e => $"{e.Merge!.RetiredKey}>{e.Merge.SurvivorKey}"));
    }

    [Theory]
    [InlineData("MRG|M2", "NORTHHOSP|M2")]
    [InlineData("MRG|9^^^CMS^MC~M2^^^NORTH^MR", "NORTH|M2")]
    [InlineData("MRG|M2^^^&1.2.3&ISO^MR", "1.2.3|M2")]
    [InlineData("MRG|\"\"^^^NORTH^MR|||E9^^^EXT", "EXT|E9")]
    [InlineData("MRG|M1^^^NORTH^MR", null)]
    [InlineData("MRG|", null)]
    public void The_retired_patient_goes_by_the_same_rule_as_every_patient(string mrg, string? key) =>
        Assert.Equal(key, One("A40", mrg).RetiredKey);

    [Fact]
    public void Several_numbers_of_one_authority_retire_together()
    {
        var merge = One("A40", "MRG|M2^^^NORTH^MR~M3^^^NORTH^MR~M1^^^NORTH^MR~9^^^CMS^MC");
        Assert.Equal("NORTH|M2", merge.RetiredKey);
        Assert.Equal(["NORTH|M3"], merge.AlsoRetired);
    }

    [Fact]
    public void A_newborn_s_mother_is_no_number_of_the_newborn_s()
    {
        var message = "MSH|^~\\&|APP|NORTHHOSP|GW|HIE|20260301101500||ADT^A28|C1|P|2.5.1\rEVN|A28|20260301101000\r"
            + "PID|1||N1^^^NORTH^MR||DOE^BABYGIRL||20260301|F|||||||||||||M1^^^NORTH^MR\r";
        var newborn = AdtConverter.Convert(Encoding.UTF8.GetBytes(message), Settings).Event!;
        Assert.Equal(["N1"], newborn.Patient.Identifiers.Select(i => i.Value));
        Assert.Null(newborn.Merge);
    }

    private static AdtMerge One(string trigger, string mrg) => Assert.Single(Convert(trigger, mrg)).Merge!;

    private static IReadOnlyList<AdtEvent> Convert(string trigger, string rest)
    {
        var message = $"MSH|^~\\&|APP|NORTHHOSP|GW|HIE|20260301101500||ADT^{trigger}|C1|P|2.5.1\rEVN|{trigger}|20260301101000\r"
            + $"PID|1||M1^^^NORTH^MR||DOE^ANN||19500214|F||||||||||A1^^^NORTH\r{rest}\r"
            + (trigger is "A42" or "A50" or "A51" or "A45" ? "PV1|1|I|4W^401^A^NORTH||||||||||||||||V1^^^NORTH\r" : "");
        return AdtConverter.Convert(Encoding.UTF8.GetBytes(message), Settings).Events;
    }
}
