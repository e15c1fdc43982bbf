using System.Collections.Immutable;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// The exchanges of Provider Access: matches of the panel, page by page; then, of each Group that a match returned, the history
/// of members that are new and what changed of the others.
/// </summary>
internal sealed class PanelPlan(ExportContext context)
{
    private readonly ExportParts parts = context.Parts;

    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        var matches = context.Detail.Steps.Where(s => s.Kind == ExportStepKind.Match).ToList();
        if (matches.Count == 0 || matches[^1].IsFullPage)
        {
            var next = new ExportStep { Kind = ExportStepKind.Match, PanelFrom = matches.Count * parts.Options.PatientsPerMatch };
            await context.ChangeAsync(d => d with { Steps = d.Steps.Add(next) }, null, cancellationToken);
            return;
        }

        var marks = await parts.Jobs.ReadAsync(tx => tx.Exports.MarksOf(context.Source.Number, context.ScopeName), cancellationToken);
        // Who is matched no more is forgotten, so that the history comes when the payer finds the patient again.
        var matched = (await MembersAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        await context.ChangeAsync(d => d, tx => tx.Exports.KeepMembers(context.Source.Number, context.ScopeName, matched), cancellationToken);
        var steps = ImmutableArray.CreateBuilder<ExportStep>();
        for (var i = 0; i < context.Detail.Steps.Length; i++)
        {
            if (context.Detail.Steps[i] is { Kind: ExportStepKind.Match, Group: { } group })
                steps.AddRange(await OfGroupAsync(i, group, marks, cancellationToken));
        }

        await context.ChangeAsync(d => d with { Steps = [.. d.Steps, .. steps], IsPlanned = true }, null, cancellationToken);
    }

    private async Task<IEnumerable<ExportStep>> OfGroupAsync(int match, string group, IReadOnlyList<ExportMark> marks, CancellationToken cancellationToken)
    {
        var slices = ExportPlan.Of(context.Detail.Types, marks, context.Detail.IsFull, context.Detail.Since);
        if (slices.All(s => s.Since is null))
            return slices.Select(s => new ExportStep { Kind = ExportStepKind.Data, Group = group, Types = s.Types });
        var members = await ReadMembersAsync(parts, context.Job, match, cancellationToken);
        var unknown = await parts.Jobs.ReadAsync(tx => tx.Exports.UnknownMembers(context.Source.Number, context.ScopeName, members), cancellationToken);
        var lists = unknown.Chunk(parts.Options.PatientsPerList).Select(ids =>
            new ExportStep { Kind = ExportStepKind.NewMembers, Group = group, Types = context.Detail.Types, Patients = [.. ids] });
        return
        [
            .. lists,
            .. unknown.Count == members.Count ? [] : slices.Select(s => new ExportStep { Kind = ExportStepKind.Data, Group = group, Types = s.Types, Since = s.Since }),
        ];
    }

    /// <summary>Everyone whom the matches found.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync(CancellationToken cancellationToken)
    {
        var members = new List<string>();
        for (var i = 0; i < context.Detail.Steps.Length; i++)
        {
            if (context.Detail.Steps[i].Kind == ExportStepKind.Match)
                members.AddRange(await ReadMembersAsync(parts, context.Job, i, cancellationToken));
        }

        return members;
    }

    /// <summary>The payer's Patient ids that a match found.</summary>
    public static async Task<IReadOnlyList<string>> ReadMembersAsync(ExportParts parts, string job, int match, CancellationToken cancellationToken)
    {
        var path = PanelMatch.MembersPath(parts, job, match);
        return File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
    }
}
