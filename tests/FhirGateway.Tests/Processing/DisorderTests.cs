using FhirGateway.Attributions;
using FhirGateway.Normalization;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

/// <summary>What real senders do: late, repeated, reissued, mistyped.</summary>
public sealed class DisorderTests
{
    private static readonly RosterOptions Full = new() { Confirmed = true };

    [Fact]
    public async Task An_update_older_than_the_visit_neither_overwrites_nor_is_told()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500"));
        await gateway.AdtAsync(Adt("A08", "C2", "20260615100000-0500", pv1Tail: ""));
        await gateway.DrainAsync();
        var before = gateway.Events("adt").Count;
        await gateway.AdtAsync(Adt("A08", "C3", "20260615090000-0500").Replace("Moore^Ada", "Older^Ada", StringComparison.Ordinal));
        await gateway.DrainAsync();
        Assert.Equal(before, gateway.Events("adt").Count);
        Assert.DoesNotContain(gateway.Events("adt"), e => e.Origin == "C3");
    }

    [Fact]
    public async Task An_admit_sent_again_after_its_discharge_is_no_second_admit()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500"));
        await gateway.AdtAsync(Adt("A03", "C2", "20260615120000-0500"));
        await gateway.AdtAsync(Adt("A01", "C9", "20260615080000-0500"));
        await gateway.DrainAsync();
        Assert.Equal(["C1", "C2"], gateway.Events("adt").Select(e => e.Origin));
    }

    [Fact]
    public async Task A_discharge_that_was_recorded_late_is_told_all_the_same()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500"));
        await gateway.AdtAsync(Adt("A08", "C2", "20260615130000-0500"));
        await gateway.AdtAsync(Adt("A03", "C3", "20260615120000-0500"));
        await gateway.DrainAsync();
        Assert.Equal("adt.discharge", gateway.Events("adt")[^1].Type);
    }

    [Fact]
    public async Task A_message_without_a_readable_time_is_published_at_its_arrival()
    {
        await using var gateway = await StartAsync();
        await PanelAsync(gateway);
        await gateway.AdtAsync(Adt("A01", "C1", "20261399250000"));
        await gateway.DrainAsync();
        Assert.Equal("C1", Assert.Single(gateway.Events("adt")).Origin);
    }

    [Fact]
    public async Task A_message_of_an_unknown_facility_is_refused_and_noted_and_one_of_nobody_is_an_error()
    {
        await using var gateway = await StartAsync();
        var noted = new List<string>();
        gateway.Engine.MessageIntake.OnRefused = (_, reason) => noted.Add(reason);
        Assert.Contains("MSA|AR|C1", await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500").Replace("MERCY|GW", "ELSEWHERE|GW", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("MSA|AE", await gateway.AdtAsync("not a message"), StringComparison.Ordinal);
        Assert.Equal("unknown-facility", noted[0]);
        Assert.Equal(2, noted.Count);
        Assert.Equal(0, gateway.Engine.Reader.Status().Messages);
    }

    [Fact]
    public async Task What_a_crash_left_of_an_upload_is_removed_at_the_next_start_and_accepted_files_stay()
    {
        await using var gateway = await StartAsync();
        var accepted = await gateway.ImportAsync(gateway.Payer, Patient("m1"));
        var torn = Directory.CreateDirectory(Path.Combine(gateway.Data, "spool", "incoming-s-torn")).FullName;
        await File.WriteAllTextAsync(Path.Combine(torn, "00000"), "{");
        await gateway.RestartAsync();
        Assert.False(Directory.Exists(torn));
        Assert.True(File.Exists(Path.Combine(gateway.Data, "spool", accepted.Files[0].Path)));
    }

    [Fact]
    public async Task A_member_id_that_the_payer_reissues_keeps_the_hospitals_events_coming()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Named("OLD1"));
        await gateway.AdtAsync(Adt("A01", "C1", "20260615080000-0500", visit: "V1"));
        await gateway.DrainAsync();
        var report = await gateway.RosterAsync(Full, Named("NEW1"));
        await gateway.AdtAsync(Adt("A01", "C2", "20260615090000-0500", visit: "V2"));
        await gateway.DrainAsync();
        Assert.Equal((1, 0), (report.Dropped, report.Ambiguous));
        Assert.Equal(["C1", "C2"], gateway.Events("adt").Select(e => e.Origin));
    }

    [Fact]
    public async Task A_member_whose_row_is_rejected_keeps_the_attribution_on_file()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"), Row("m2", line: 3));
        var rejected = new RejectedRow(3, "birth_date", "not a date") { Key = "m2" };
        var report = await gateway.Engine.Rosters.LoadRosterAsync(gateway.Payer, "test", [Row("m1")], [rejected], Full, default);
        Assert.Equal(0, report.Dropped);
    }

    [Fact]
    public async Task A_roster_of_no_rows_asks_before_it_ends_every_attribution()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"), Row("m2", line: 3));
        var report = await gateway.Engine.Rosters.LoadRosterAsync(gateway.Payer, "test", [], [], new RosterOptions(), default);
        Assert.True(report.NeedsConfirmation);
        Assert.Equal(2, report.Dropped);
    }

    [Fact]
    public async Task Another_patients_device_never_follows_a_reference_and_ones_own_does()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Patient("m3", "Wood"), Device("d1", "m1"), Device("d3", "m3"),
            Observation("o1", "m1", "d1"), Observation("o3", "m1", "d3"));
        var events = await gateway.ReadAsync("clinical");
        var devices = events.Where(e => e.GetProperty("data").GetProperty("resourceType").GetString() == "Device").ToList();
        Assert.Contains("serial-d1", Assert.Single(devices).GetRawText(), StringComparison.Ordinal);
        Assert.True(devices[0].TryGetProperty("person", out _));
    }

    [Fact]
    public async Task An_absolute_reference_of_a_source_without_a_base_reaches_its_own_resource_only()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(Full, Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Absolute("e1", "m1"), Absolute("e2", "unknown"));
        Assert.Single(gateway.Events("claims"));
    }

    [Fact]
    public async Task Bodies_that_lost_their_end_are_refused_at_start()
    {
        await using var gateway = await StartAsync();
        await gateway.ImportAsync(gateway.Payer, Patient("m1"));
        await gateway.Engine.DisposeAsync();
        var file = Directory.EnumerateFiles(Path.Combine(gateway.Data, "bodies")).Single();
        await using (var stream = File.OpenWrite(file))
            stream.SetLength(0);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => FhirGateway.Host.Engine.StartAsync(
            gateway.Data, null, gateway.Clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default));
        Assert.Contains("bodies end at 0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoints_that_are_gone_are_a_finding_and_not_signed_anew()
    {
        await using var gateway = await StartAsync();
        await gateway.ImportAsync(gateway.Payer, Patient("m1"));
        Assert.Empty(gateway.Engine.VerifyAudit(null).Faults);
        File.Delete(Path.Combine(gateway.Data, "checkpoints"));
        Assert.Single(gateway.Engine.VerifyAudit(null).Faults);
        Assert.Single(gateway.Engine.VerifyAudit(null).Faults);
    }

    private static string Absolute(string id, string patient) =>
        Eob(id, patient).Replace($"\"Patient/{patient}\"", $"\"https://fhir.payer.example/r4/Patient/{patient}\"", StringComparison.Ordinal);

    private static string Device(string id, string patient) =>
        $$$"""{"resourceType":"Device","id":"{{{id}}}","serialNumber":"serial-{{{id}}}","patient":{"reference":"Patient/{{{patient}}}"}}""";

    private static string Observation(string id, string patient, string device) =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"2026-03-01","device":{"reference":"Device/{{{device}}}"}}""";

    private static RosterRow Named(string member) => Row(member) with { Facts = Ada };

    private static PatientFacts Ada { get; } = new()
    {
        Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202",
    };

    private static async Task PanelAsync(TestGateway gateway)
    {
        var row = new RosterRow { Line = 2, Key = "P1", Facts = Ada };
        await gateway.Engine.Rosters.LoadPanelAsync(gateway.Aco, "test", [row], [], 30, default);
        await gateway.DrainAsync();
    }

    [Fact]
    public async Task S_03_a_frame_of_more_small_messages_than_anybody_sends_is_answered_once_and_nothing_of_it_is_kept()
    {
        await using var gateway = await StartAsync();
        var most = string.Concat(Enumerable.Range(1, MessageIntake.MostInBatch).Select(i => $"MSH|^~\\&|A|NOBODY|||||ORU^R01|c{i}|P|2.5.1\r"));
        foreach (var start in (string[])["", "BHS|^~\\&|A|NOBODY|G|H|||||b1\r"])
        {
            Assert.Equal(MessageIntake.MostInBatch, (await gateway.AdtAsync(start + most)).Split("MSA|AR|").Length - 1);
            var reply = await gateway.AdtAsync(start + most + "MSH|^~\\&|A|NOBODY|||||ORU^R01|last|P|2.5.1\r");
            Assert.Contains("MSA|AE|c1", reply, StringComparison.Ordinal);
            Assert.Contains("more than 20000 messages", reply, StringComparison.Ordinal);
            Assert.Equal(1, reply.Split("MSA|").Length - 1);
            Assert.Equal(start.Length > 0, reply.StartsWith("BHS|", StringComparison.Ordinal) && reply.Contains("BTS|1", StringComparison.Ordinal));
        }
    }
}
