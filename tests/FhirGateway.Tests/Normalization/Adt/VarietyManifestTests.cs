using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;
using FhirGateway.Labels;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>What the manifest of the variety folder expects of each of its messages, line by line.</summary>
public sealed class VarietyManifestTests
{
    private static readonly Dictionary<string, Action> Lines = new()
    {
        ["01_a01_251_full.hl7"] = () => AssertVisit("01_a01_251_full.hl7", Episode.InProgress, "IMP"),
        ["03_a03_discharge.hl7"] = () => AssertDisposition(AssertVisit("03_a03_discharge.hl7", Episode.Finished, "IMP"), "snf"),
        ["05_a05_preadmit.hl7"] = () => AssertVisit("05_a05_preadmit.hl7", Episode.Planned, "PRENC"),
        ["07_a07_in_to_out.hl7"] = Class_changes_within_one_Encounter,
        ["09_a08_after_discharge.hl7"] = A_late_update_corrects_the_disposition_and_reopens_nothing,
        ["11_a12_cancel_transfer.hl7"] = A_cancelled_transfer_restores_the_location,
        ["13_a28_add_person.hl7"] = () => AssertPersonOnly(One("13_a28_add_person.hl7")),
        ["15_a40_merge.hl7"] = The_survivor_replaces_the_retired_patient,
        ["17_a40_reversed.hl7"] = A_reversed_merge_reads_as_what_it_is,
        ["19_a01_v21.hl7"] = () => Assert.Equal("MASSIE", Family(One("19_a01_v21.hl7"))),
        ["21_zsegments_epic.hl7"] = Z_segments_are_kept_and_disturb_nothing,
        ["23_escapes.hl7"] = () => Assert.Equal("O&BRIEN^X", Family(One("23_escapes.hl7"))),
        ["25_latin1_msh18.hl7"] = () => Assert.Equal("MUÑOZ", Family(One("25_latin1_msh18.hl7"))),
        ["27_utf8_bom_lf.hl7"] = () => AssertConverted("27_utf8_bom_lf.hl7"),
        ["29_no_trailing_cr.hl7"] = () => AssertConverted("29_no_trailing_cr.hl7"),
        ["31_no_pv1.hl7"] = The_patient_is_updated_and_the_message_held,
        ["33_bad_class.hl7"] = A_class_in_no_table_stays_the_sender_s,
        ["35_ts_fraction_no_dot.hl7"] = () => Assert.Equal(637, One("35_ts_fraction_no_dot.hl7").EventTime.Millisecond),
        ["37_unknown_trigger.hl7"] = () => Assert.Equal(ReasonCodes.UnknownEvent, Convert("37_unknown_trigger.hl7").Reason),
        ["39_truncated.hl7"] = () => Assert.Equal(ReasonCodes.Truncated, AdtExamination.Examine(Bytes("39_truncated.hl7")).RejectionReason),
        ["41_batch_fhs_bhs.hl7"] = () => Assert.Equal(2, MessageBatch.Split(Bytes("41_batch_fhs_bhs.hl7")).Messages.Select(m => AdtConverter.Convert(m, Settings).Event!.ControlId).Distinct().Count()),
        ["43_out_of_order_a03_first.hl7"] = A_discharge_before_the_admission_makes_a_finished_visit,
        ["45_deceased.hl7"] = A_death_is_on_the_patient_and_in_the_disposition,
        ["47_vip_sensitive.hl7"] = A_VIP_is_labelled,
    };

    [Fact]
    public void Every_line_of_the_manifest_holds()
    {
        var listed = File.ReadLines(Path.Combine(SharedData.Hl7("variety"), "MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t')[0]);
        Assert.Equal(Lines.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        foreach (var (file, expectation) in Lines)
            Assert.True(Record.Exception(expectation) is not { } fault, $"{file}: {Record.Exception(expectation)?.Message}");
    }

    private static void Class_changes_within_one_Encounter()
    {
        var (admit, change) = (One("01_a01_251_full.hl7"), One("07_a07_in_to_out.hl7"));
        Assert.Equal(admit.EncounterId, change.EncounterId);
        Assert.Equal("AMB", Fold(admit, change).Class.Code);
        AssertVisit("07_a07_in_to_out.hl7", Episode.InProgress, "AMB");
    }

    private static void A_late_update_corrects_the_disposition_and_reopens_nothing()
    {
        var episode = Fold(One("01_a01_251_full.hl7"), One("03_a03_discharge.hl7"), One("09_a08_after_discharge.hl7"));
        var encounter = Resource(One("09_a08_after_discharge.hl7", new AdtKnown { Episode = episode }), "Encounter");
        Assert.Equal("finished", encounter.GetProperty("status").GetString());
        AssertDisposition(encounter, "home");
    }

    private static void A_cancelled_transfer_restores_the_location()
    {
        var (admit, cancel) = (One("01_a01_251_full.hl7"), One("11_a12_cancel_transfer.hl7"));
        var moved = admit.Visit! with
        {
            Trigger = "A02",
            Location = "NORTH|wa:ICU",
            Order = admit.Visit.Order with { ControlId = "ID02", Key = new Guid("00000000-0000-0000-0000-000000000002") },
        };
        Assert.Equal("NORTH|wa:ICU", Assert.Single(EpisodeFold.Fold([admit.Visit, moved])).Locations.Last(l => l.Status == "active").Location);
        var episode = Assert.Single(EpisodeFold.Fold([admit.Visit, moved, cancel.Visit!]));
        Assert.Equal((Episode.InProgress, "NORTH|wa:4W|ro:401|bd:A"), (episode.Status, Assert.Single(episode.Locations, l => l.Status == "active").Location));
        Assert.DoesNotContain(episode.Locations, l => l.Location == "NORTH|wa:ICU");
    }

    private static void The_survivor_replaces_the_retired_patient()
    {
        var merge = One("15_a40_merge.hl7");
        var patients = Resources(merge).Where(r => r.GetProperty("resourceType").GetString() == "Patient").ToDictionary(r => r.GetProperty("id").GetGuid());
        var retired = PublishedId.Create("north", "Patient", "NORTH|MR0099");
        Assert.Equal("NORTH|MR1001", merge.PatientKey);
        Assert.Equal($"replaces urn:uuid:{retired}", Link(patients[merge.PatientId]));
        Assert.Equal($"replaced-by urn:uuid:{merge.PatientId}", Link(patients[retired]));
        Assert.False(patients[retired].GetProperty("active").GetBoolean());
        // Its visits are the survivor's from then on.
        var visit = One("01_a01_251_full.hl7", new AdtKnown { SurvivorKey = "NORTH|MR7777" });
        Assert.Equal($"urn:uuid:{PublishedId.Create("north", "Patient", "NORTH|MR7777")}", Resource(visit, "Encounter").GetProperty("subject").GetProperty("reference").GetString());
    }

    /// <summary>Held for review it is by what was merged before, which a message alone does not know.</summary>
    private static void A_reversed_merge_reads_as_what_it_is()
    {
        var (merge, reversed) = (One("15_a40_merge.hl7").Merge!, One("17_a40_reversed.hl7").Merge!);
        Assert.Equal((merge.SurvivorKey, merge.RetiredKey), (reversed.RetiredKey, reversed.SurvivorKey));
    }

    private static void Z_segments_are_kept_and_disturb_nothing()
    {
        Assert.True(Hl7Message.TryParse(Bytes("21_zsegments_epic.hl7"), out var message, out _));
        Assert.Equal(["ZIN|1|abc", "ZPD|Y|N|ACO^Attributed", "ZPV|1|OBS"],
            Enumerable.Range(0, message.SegmentCount).Select(i => message.Segment(i).Raw.ToString()).Where(s => s.StartsWith('Z')).Order(StringComparer.Ordinal));
        AssertVisit("21_zsegments_epic.hl7", Episode.InProgress, "IMP");
    }

    private static void The_patient_is_updated_and_the_message_held()
    {
        var conversion = Convert("31_no_pv1.hl7");
        Assert.Equal((ReasonCodes.SegmentMissing, "PV1"), (conversion.Reason, conversion.Path));
        AssertPersonOnly(Assert.Single(conversion.Events));
        Assert.Equal("SAMPLE", Family(conversion.Events[0]));
    }

    private static void A_class_in_no_table_stays_the_sender_s()
    {
        var converted = One("33_bad_class.hl7");
        var encounter = AssertVisit("33_bad_class.hl7", Episode.InProgress, "UNK");
        Assert.Contains(encounter.GetProperty("type").EnumerateArray(), t => t.GetProperty("coding")[0].GetRawText() == """{"system":"urn:fhir-gateway:table:north:0004","code":"99"}""");
        Assert.Contains(new AdtIssue(AdtIssueCodes.UnmappedCode, "PV1-2"), converted.Issues);
    }

    private static void A_discharge_before_the_admission_makes_a_finished_visit()
    {
        var discharge = One("43_out_of_order_a03_first.hl7");
        Assert.Equal((Episode.Finished, "2026-03-04T14:55:00-05:00"), (discharge.EncounterStatus, discharge.PeriodEnd));
        var admit = One("01_a01_251_full.hl7").Visit! with { VisitKey = discharge.VisitKey! };
        Assert.Equal(Episode.Finished, Assert.Single(EpisodeFold.Fold([discharge.Visit!, admit])).Status);
    }

    private static void A_death_is_on_the_patient_and_in_the_disposition()
    {
        AssertDisposition(AssertVisit("45_deceased.hl7", Episode.Finished, "IMP"), "exp");
        Assert.Equal("2026-03-04T14:10:00-05:00", Resource(One("45_deceased.hl7"), "Patient").GetProperty("deceasedDateTime").GetString());
    }

    private static void A_VIP_is_labelled()
    {
        Assert.True(Hl7Message.TryParse(Bytes("47_vip_sensitive.hl7"), out var message, out _));
        Assert.False(LabelRules.OfMessage(new MessageFields { VipIndicator = message.First("PV1").Field(16).Text }).IsEmpty);
    }

    private static JsonElement AssertVisit(string file, string status, string code)
    {
        var converted = One(file);
        var encounter = Resource(converted, "Encounter");
        Assert.Equal((status, code), (encounter.GetProperty("status").GetString(), encounter.GetProperty("class").GetProperty("code").GetString()));
        return encounter;
    }

    private static void AssertDisposition(JsonElement encounter, string code) =>
        Assert.Equal(code, encounter.GetProperty("hospitalization").GetProperty("dischargeDisposition").GetProperty("coding")[0].GetProperty("code").GetString());

    private static void AssertPersonOnly(AdtEvent converted)
    {
        Assert.Null(converted.EncounterId);
        Assert.Equal(JsonValueKind.Undefined, Resource(converted, "Encounter").ValueKind);
        Assert.Equal(JsonValueKind.Object, Resource(converted, "Patient").ValueKind);
    }

    private static void AssertConverted(string file)
    {
        var converted = One(file);
        Assert.Equal(("NORTH|MR1001", "NORTH|V9001"), (converted.PatientKey, converted.VisitKey));
    }

    private static Episode Fold(params AdtEvent[] events) => Assert.Single(EpisodeFold.Fold([.. events.Select(e => e.Visit!)]));

    private static string? Family(AdtEvent converted) => Resource(converted, "Patient").GetProperty("name")[0].GetProperty("family").GetString();

    private static string Link(JsonElement patient)
    {
        var link = Assert.Single(patient.GetProperty("link").EnumerateArray());
        return $"{link.GetProperty("type").GetString()} {link.GetProperty("other").GetProperty("reference").GetString()}";
    }

    private static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(SharedData.Hl7("variety"), file));

    private static AdtConversion Convert(string file, AdtKnown? known = null) => AdtConverter.Convert(Bytes(file), Settings, known);

    private static AdtEvent One(string file, AdtKnown? known = null)
    {
        var conversion = Convert(file, known);
        Assert.Null(conversion.Reason);
        return Assert.Single(conversion.Events);
    }
}
