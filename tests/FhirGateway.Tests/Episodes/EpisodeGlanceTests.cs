using System.Text.Json;
using FhirGateway.Episodes;

namespace FhirGateway.Tests.Episodes;

/// <summary>A glance at an episode says all that signals need.</summary>
public sealed class EpisodeGlanceTests
{
    private static readonly Moment Begin = new("2026-06-01T10:00:00-05:00", new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.FromHours(-5)));
    private static readonly Moment Day = new("2026-06-03", new DateTimeOffset(2026, 6, 3, 0, 0, 0, TimeSpan.FromMinutes(330)));

    private static readonly Episode Visit = new()
    {
        Key = "MERCY|1",
        VisitKey = "MERCY|1",
        PatientKey = "MERCY|9",
        Status = Episode.Finished,
        Start = Begin,
        End = Day,
        Class = new VisitClass("urn:x", "IMP", "inpatient encounter"),
        Classes = [new ClassPeriod(new VisitClass("urn:x", "EMER", null), Begin, Day), new ClassPeriod(new VisitClass("urn:x", "IMP", null), Day, null)],
        AdmissionType = "E",
        AdmitSource = "local:Ä",
        Disposition = "other-hcf",
        Death = Day,
        IsClosedByRule = true,
        Latest = new EventOrder(Begin.Instant, Begin.Instant, Begin.Instant, "C1", new Guid(1, 0, 0, new byte[8])),
        Facility = "MERCY",
    };

    [Fact]
    public void What_signals_need_is_read_as_it_was_written()
    {
        var seen = EpisodeGlance.Read(EpisodeGlance.Write(Visit));
        Assert.Equal(Facts(Visit), Facts(seen));
        Assert.Equal(Day.Instant.Offset, seen.End!.Value.Instant.Offset);
        Assert.Equal([("EMER", (Moment?)Begin), ("IMP", Day)], seen.Classes.Select(c => (c.Class.Code, c.Start)));
    }

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        var bare = new Episode { Key = "k", VisitKey = "k", PatientKey = "p", Status = Episode.Planned, Class = new VisitClass("", "PRENC", null), Latest = default };
        var seen = EpisodeGlance.Read(EpisodeGlance.Write(bare));
        Assert.Equal(Facts(bare), Facts(seen));
        Assert.Empty(seen.Classes);
    }

    [Fact]
    public void A_whole_episode_as_it_was_kept_before_is_read_as_well() =>
        Assert.Equal(Facts(Visit), Facts(EpisodeGlance.Read(JsonSerializer.SerializeToUtf8Bytes(Visit, EpisodeJson.Default.Episode))));

    [Fact]
    public void Events_episodes_and_signals_are_kept_in_little_and_read_as_they_were_before()
    {
        var json = JsonSerializer.Serialize(Visit, EpisodeJson.Default.Episode);
        Assert.DoesNotContain("\"Instant\"", json, StringComparison.Ordinal);
        var read = JsonSerializer.Deserialize(json, EpisodeJson.Default.Episode)!;
        Assert.Equal((Visit.Start, Visit.End, Visit.Latest, Visit.Class), (read.Start, read.End, read.Latest, read.Class));
        Assert.Equal(json, JsonSerializer.Serialize(read, EpisodeJson.Default.Episode));
        var old = """
            {"Key":"MERCY|1","VisitKey":"MERCY|1","PatientKey":"MERCY|9","Status":"finished","Start":{"Text":"2026-06-01T10:00:00-05:00","Instant":"2026-06-01T10:00:00-05:00"},
             "Class":{"System":"urn:x","Code":"IMP","Display":"inpatient encounter"},
             "Latest":{"Time":"2026-06-01T10:00:00-05:00","Recorded":"2026-06-01T10:00:00-05:00","Sent":"2026-06-01T10:00:00-05:00","ControlId":"C1","Key":"00000001-0000-0000-0000-000000000000"}}
            """;
        var before = JsonSerializer.Deserialize(old, EpisodeJson.Default.Episode)!;
        Assert.Equal((Visit.Start, Visit.Latest, Visit.Class), (before.Start, before.Latest, before.Class));
        var signal = new VisitSignal(VisitSignalKind.Return30Days, new Guid(2, 0, 0, new byte[8]), new Guid(3, 0, 0, new byte[8]), Day, Begin);
        Assert.Equal(signal, JsonSerializer.Deserialize(JsonSerializer.Serialize(signal, EpisodeJson.Default.VisitSignal), EpisodeJson.Default.VisitSignal));
        Assert.Equal(signal, JsonSerializer.Deserialize(
            """{"Kind":1,"Visit":"00000002-0000-0000-0000-000000000000","Index":"00000003-0000-0000-0000-000000000000","IndexEnd":{"Text":"2026-06-03","Instant":"2026-06-03T00:00:00+05:30"},"Begin":{"Text":"2026-06-01T10:00:00-05:00","Instant":"2026-06-01T10:00:00-05:00"}}""",
            EpisodeJson.Default.VisitSignal));
    }

    private static object Facts(Episode e) =>
        (e.Status, e.Start, e.End, e.Death, e.AdmissionType, e.AdmitSource, e.Disposition, e.Class.Code, e.Classes.Length, e.IsClosedByRule);
}
