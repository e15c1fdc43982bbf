using System.Collections.Immutable;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// What an export that is over leaves for the next one: marks and members, of what was loaded alone. What somebody cancelled or
/// withdrew is asked for again from where this export asked.
/// </summary>
internal static class ExportMemory
{
    private const string NotLoaded = "what was fetched was cancelled or withdrawn before it was loaded: the next export asks for it again";
    private const string SetAnew = "the connection of the source was changed meanwhile: nothing is remembered for the next export";

    /// <summary>Remembers, and returns the job's detail with what an operator should know of it.</summary>
    /// <param name="tx">In which the job ends.</param>
    /// <param name="job">Of kind export.</param>
    /// <param name="connection">Of its source, as it is now.</param>
    /// <param name="members">Who is in the group or was matched; empty where that is not known.</param>
    /// <param name="now">The time.</param>
    public static ExportDetail Remember(IStateTransaction tx, BulkJob job, SourceConnection connection, IReadOnlyList<string> members, DateTimeOffset now)
    {
        var detail = ExportJobs.Read(job);
        var asked = detail.Steps.Where(s => s.Kind is ExportStepKind.Data or ExportStepKind.NewMembers).ToList();
        var loaded = asked.Where(s => IsLoaded(tx, s)).ToList();
        if (asked.Exists(s => s.IsDone && !loaded.Contains(s)))
            detail = ExportJobs.Note(detail, NotLoaded);
        if (!detail.IsStandingFor(connection))
            return detail.Feed is { } feed && feed != connection.FeedDigest() ? ExportJobs.Note(detail, SetAnew) : detail;
        if (detail.Scope is not { } scope)
            return detail;
        if (detail.Panel is not null)
            RememberPanel(tx.Exports, job.Source, detail, loaded.Count == asked.Count ? asked : [], members, now);
        else
            RememberScope(tx.Exports, job.Source, scope, loaded, now);
        if (detail.Panel is null && IsEverything(detail, loaded))
            tx.Exports.AddMembers(job.Source, scope, members);
        return detail;
    }

    /// <summary>The server's time of its snapshot; null where it gave none, or one far ahead of ours, which would hide whatever changes until then.</summary>
    public static string? TimeOf(ExportStep step, DateTimeOffset now) =>
        step.TransactionTime is { } time && ExportPlan.Time(time) <= now + TimeSpan.FromDays(1) ? time : null;

    /// <summary>Nothing to accept is nothing to load.</summary>
    private static bool IsLoaded(IStateTransaction tx, ExportStep step) =>
        step.IsDone && (step.Submission is not { } id || tx.Submissions.Find(id) is { State: SubmissionState.Completed });

    private static void RememberScope(IExportState exports, int source, string scope, List<ExportStep> loaded, DateTimeOffset now)
    {
        foreach (var step in loaded)
        {
            if (step.Kind == ExportStepKind.NewMembers)
            {
                if (step.IsWhole)
                    exports.AddMembers(source, scope, step.Patients);
                continue;
            }

            IReadOnlyCollection<string>? missing = step.IsMissingMore ? null : step.MissingTypes;
            foreach (var mark in ExportPlan.After(new ExportSlice(step.Types, step.Since), TimeOf(step, now), missing, exports.MarksOf(source, scope)))
                exports.Save(source, scope, mark);
        }
    }

    /// <summary>After everything was asked for and came whole, the history of every member is here.</summary>
    private static bool IsEverything(ExportDetail detail, List<ExportStep> loaded) =>
        detail.IsPlanned && detail.Steps.Any(s => s is { Kind: ExportStepKind.Members, IsWhole: true })
        && detail.Steps.All(s => s.Kind != ExportStepKind.Data || (s.Since is null && s.IsWhole && loaded.Contains(s)));

    /// <summary>What came counts for the next time only if it came of all Groups: they are others every time.</summary>
    private static void RememberPanel(
        IExportState exports, int source, ExportDetail detail, List<ExportStep> data, IReadOnlyList<string> members, DateTimeOffset now)
    {
        if (!detail.IsPlanned || data.Count == 0 || data.Exists(s => !s.IsWhole || TimeOf(s, now) is null))
            return;
        var time = data.Select(s => s.TransactionTime!).MinBy(ExportPlan.Time)!;
        exports.AddMembers(source, detail.Scope!, members);
        foreach (var type in detail.Types.IsEmpty ? ImmutableArray.Create(ExportMark.AllTypes) : detail.Types)
            exports.Save(source, detail.Scope!, new ExportMark(type, time));
    }
}
