using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Episodes;

namespace FhirGateway.Tests.Episodes;

/// <summary>Writes events of a visit shortly: a trigger, a time ("10:00", or "3 10:00" on the third day after), a class, a location.</summary>
internal static class Told
{
    public const string Visit = "GEN|V1";
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(-5));

    public static EpisodeEvent Event(
        string trigger, string time, string patientClass = "I", string? at = null, string? recorded = null, string id = "1", string patient = "GEN|P1")
    {
        var moment = At(time);
        var entered = recorded is null ? moment.Instant : At(recorded).Instant;
        return new EpisodeEvent
        {
            Order = new EventOrder(moment.Instant, entered, entered, id, KeyOf($"{trigger}/{time}/{recorded}/{id}/{patient}")),
            Entry = entered.ToUnixTimeSeconds(),
            Trigger = trigger,
            At = moment,
            VisitKey = Visit,
            PatientKey = patient,
            Facility = "GEN",
            Class = ClassOf(patientClass),
            PatientClass = patientClass,
            Location = Place(at),
        };
    }

    public static Moment At(string time)
    {
        var parts = time.Split(' ');
        var days = parts.Length > 1 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : 0;
        return Of(Monday.AddDays(days).Add(TimeSpan.Parse(parts[^1], CultureInfo.InvariantCulture)));
    }

    /// <summary>A day without hour.</summary>
    public static Moment Day(int days) => new(Monday.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Monday.AddDays(days));

    public static Moment Of(DateTimeOffset instant) => new(instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture), instant);

    /// <summary>4W, 4W-12, 4W-12-A; another facility before a slash: MERCY/3E.</summary>
    public static string? Place(string? place)
    {
        if (place is null)
            return null;
        var facility = place.Contains('/', StringComparison.Ordinal) ? place[..place.IndexOf('/', StringComparison.Ordinal)] : "GEN";
        var parts = place[(place.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('-');
        return facility + string.Concat(parts.Select((p, i) => $"|{(i == 0 ? "wa" : i == 1 ? "ro" : "bd")}:{p}"));
    }

    public static VisitClass ClassOf(string code) => code switch
    {
        "I" => new VisitClass(ActCode, "IMP", "inpatient encounter"),
        "E" => new VisitClass(ActCode, "EMER", "emergency"),
        "O" or "R" => new VisitClass(ActCode, "AMB", "ambulatory"),
        "P" => new VisitClass(ActCode, "PRENC", "pre-admission"),
        "OBS" => new VisitClass(ActCode, "OBSENC", "observation encounter"),
        "" => new VisitClass("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK", "unknown"),
        _ => new VisitClass("http://terminology.hl7.org/CodeSystem/v2-0004", code, null),
    };

    /// <summary>The only episode of these events, which is the same whatever their order.</summary>
    public static Episode Fold(params EpisodeEvent[] events)
    {
        var episode = Assert.Single(EpisodeFold.Fold(events));
        Assert.Equal(Text([episode]), Text(EpisodeFold.Fold([.. events.Reverse(), events[0]])));
        return episode;
    }

    /// <summary>All of an episode, to be compared.</summary>
    public static string Text(IEnumerable<Episode> episodes) => JsonSerializer.Serialize(episodes.ToList());

    public static string[] Kinds(this Episode episode) => [.. episode.Milestones.Select(m => m.Kind.ToString())];

    public static string[] News(Episode? before, Episode? after) =>
        [.. EpisodeNews.Between(before, after).Select(n => (n.IsRetraction ? "-" : "+") + n.Milestone.Kind)];

    public static string[] ClassCodes(this Episode episode) => [.. episode.Classes.Select(c => c.Class.Code)];

    /// <summary>Where, how and when, as "4W-12 active 10:00-".</summary>
    public static string[] Trail(this Episode episode) =>
        [.. episode.Locations.Select(l => $"{Short(l.Location)} {l.Status} {Hour(l.Start)}-{Hour(l.End)}")];

    private static string Short(string location) =>
        location.Replace("GEN|", "", StringComparison.Ordinal).Replace("|wa:", "/", StringComparison.Ordinal).Replace("wa:", "", StringComparison.Ordinal)
            .Replace("|ro:", "-", StringComparison.Ordinal).Replace("|bd:", "-", StringComparison.Ordinal);

    private static string Hour(Moment? moment) => moment is { } m ? m.Text[11..16] : "";

    private static Guid KeyOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
