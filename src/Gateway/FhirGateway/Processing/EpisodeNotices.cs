using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Episodes;

namespace FhirGateway.Processing;

/// <summary>Puts the news of an episode into the events of the stream.</summary>
internal static class EpisodeNotices
{
    /// <summary>Name of the milestone by which a visit is called off as a whole.</summary>
    public const string CalledOff = nameof(MilestoneKind.Cancelled);

    public static string TypeOf(MilestoneKind kind) => kind switch
    {
        MilestoneKind.Preadmit => EventTypes.AdtPreadmit,
        MilestoneKind.Register => EventTypes.AdtRegister,
        MilestoneKind.EdArrival => EventTypes.AdtEdArrival,
        MilestoneKind.Admit => EventTypes.AdtAdmit,
        MilestoneKind.ObservationStart => EventTypes.AdtObservation,
        MilestoneKind.EdToInpatient => EventTypes.AdtEdToInpatient,
        MilestoneKind.ObservationToInpatient or MilestoneKind.InpatientToOutpatient or MilestoneKind.OutpatientToInpatient => EventTypes.AdtConversion,
        MilestoneKind.Transfer => EventTypes.AdtTransfer,
        MilestoneKind.LeaveStart or MilestoneKind.LeaveEnd => EventTypes.AdtLeave,
        MilestoneKind.Discharge => EventTypes.AdtDischarge,
        MilestoneKind.Death => EventTypes.AdtDeath,
        MilestoneKind.Cancelled => EventTypes.AdtCancel,
        _ => EventTypes.AdtUpdate,
    };

    public static string TypeOf(VisitSignalKind kind) => kind switch
    {
        VisitSignalKind.Return30Days => EventTypes.AdtReturn,
        VisitSignalKind.EdRevisit72Hours => EventTypes.AdtEdRevisit,
        _ => EventTypes.AdtStay,
    };

    /// <summary>A visit follows several others, and each is told once.</summary>
    public static string NameOf(VisitSignal signal) => $"{signal.Kind}@{signal.Index:D}";

    /// <summary>The visit as it stands, told as the last thing that happened in it: what somebody gets who has heard nothing of it yet.</summary>
    /// <param name="encounter">Published id of the Encounter.</param>
    /// <param name="episode">The visit.</param>
    /// <param name="trigger">Of the event that says so.</param>
    public static AdtEntry Standing(Guid encounter, Episode episode, string? trigger) => new()
    {
        Episode = encounter.ToString("D"),
        Trigger = trigger,
        Milestone = episode.Milestones.LastOrDefault()?.Name,
        Status = episode.Status,
        Class = episode.Class.Code,
        Facility = episode.Facility,
        FacilityNpi = episode.FacilityNpi,
        Attending = episode.AttendingName,
        AttendingNpi = episode.AttendingNpi,
        ClosedByRule = episode.IsClosedByRule ? true : null,
        ObservationHours = episode.ObservationHours,
    };

    /// <summary>What is to be told, in order. A visit that is called off is one event, which takes back all that was told of it.</summary>
    /// <param name="news">Retractions first.</param>
    /// <param name="standing">The visit as it stands now.</param>
    /// <param name="trigger">Of the message that caused it; null where none did.</param>
    /// <param name="at">When that happened.</param>
    public static ImmutableArray<AdtNotice> Of(ImmutableArray<EpisodeNews> news, AdtEntry standing, string? trigger, DateTimeOffset at)
    {
        if (news.IsEmpty)
            return [];
        var entry = standing with { Trigger = trigger };
        var isCalledOff = news.Any(n => !n.IsRetraction && n.Milestone.Kind == MilestoneKind.Cancelled);
        var notices = ImmutableArray.CreateBuilder<AdtNotice>(news.Length);
        foreach (var item in news)
        {
            var name = item.Milestone.Name;
            if (item.IsRetraction && isCalledOff)
                continue;
            notices.Add(item switch
            {
                { IsRetraction: true } => Cancel(entry, name, at, [name]),
                { Milestone.Kind: MilestoneKind.Cancelled } => Cancel(entry, name, at,
                    [.. news.Where(n => n.IsRetraction).Select(n => n.Milestone.Name)]) with { ToHolders = true },
                _ => new AdtNotice
                {
                    Type = TypeOf(item.Milestone.Kind),
                    Time = item.Milestone.At.Instant,
                    Entry = entry with { Milestone = name },
                },
            });
        }

        return notices.ToImmutable();
    }

    public static AdtNotice Cancel(AdtEntry entry, string milestone, DateTimeOffset at, ImmutableArray<string> takesBack) => new()
    {
        Type = EventTypes.AdtCancel,
        Time = at,
        Entry = entry with { Milestone = milestone },
        TakesBack = takesBack,
    };
}
