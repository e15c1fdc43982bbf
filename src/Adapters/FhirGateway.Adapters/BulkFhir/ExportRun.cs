using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Drives one export job until everything is accepted: plans its exchanges, makes each. All that it needs to go on lies in the
/// job's detail and folders, so that it can stop at any point.
/// </summary>
internal sealed class ExportRun(ExportContext context)
{
    private const int IdsPerPage = 1000;
    private readonly ExportParts parts = context.Parts;

    /// <summary>Throws <see cref="ExportException"/>, <see cref="EgressException"/> and <see cref="Smart.SmartException"/> where it cannot go on.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (context.Detail.IsPlanned && OpenStep() < 0)
            return;
        await DiscoverAsync(cancellationToken);
        if (context.Detail.Scope is null)
            await context.ChangeAsync(d => d with { Scope = context.ScopeName, Feed = context.Source.Connection.FeedDigest() }, null, cancellationToken);
        while (true)
        {
            var open = OpenStep();
            if (open >= 0)
                await StepAsync(open, cancellationToken);
            else if (!context.Detail.IsPlanned)
                await PlanAsync(cancellationToken);
            else
                return;
        }
    }

    /// <summary>Who is in the group, or was matched; empty where that was not asked or is not known whole.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync(CancellationToken cancellationToken)
    {
        if (context.Detail.Panel is not null)
            return await new PanelPlan(context).MembersAsync(cancellationToken);
        var members = new List<string>();
        if (!context.Detail.Steps.Any(s => s is { Kind: ExportStepKind.Members, IsWhole: true }))
            return members;
        await foreach (var page in ExportFiles.PatientIdsAsync(MemberFiles(), IdsPerPage, cancellationToken))
            members.AddRange(page);
        return members;
    }

    public Task NoteAsync(string note, CancellationToken cancellationToken) => context.NoteAsync(note, cancellationToken);

    /// <summary>An export that is not wanted any more: the server is told, and what was gathered goes.</summary>
    public async Task AbandonAsync(CancellationToken cancellationToken)
    {
        // What was gathered goes even where the server cannot be told.
        parts.Intake.RemoveJob(context.Job);
        for (var i = 0; i < context.Detail.Steps.Length; i++)
        {
            if (context.Detail.Steps[i] is { IsDone: false, Status: { } status })
                await new ExportStepRun(context, i).DeleteAsync(parts.Jobs.Unseal(context.Job, status), cancellationToken);
        }
    }

    private int OpenStep()
    {
        for (var i = 0; i < context.Detail.Steps.Length; i++)
        {
            if (!context.Detail.Steps[i].IsDone)
                return i;
        }

        return -1;
    }

    private Task StepAsync(int index, CancellationToken cancellationToken) => context.Detail.Steps[index].Kind switch
    {
        ExportStepKind.Match => new PanelMatch(context, index).RunAsync(cancellationToken),
        ExportStepKind.Members => ListMembersAsync(index, cancellationToken),
        _ => new ExportStepRun(context, index).RunAsync(cancellationToken),
    };

    private async Task DiscoverAsync(CancellationToken cancellationToken)
    {
        var request = EgressRequest.Get(new Uri(context.Exchange.FhirUrl + "/metadata")) with
        {
            Headers = [new EgressHeader("Accept", "application/fhir+json")],
            Redirects = EgressRedirects.SameOrigin,
        };
        var answer = await context.Exchange.SendAsync(request, ExportStart.IsBusy, parts.Clock.GetUtcNow() + parts.Options.MostWait, cancellationToken);
        if (answer.Status == 200 && ServerCapabilities.Read(answer.Body) is { } read)
            context.Capabilities = read;
        else
            await context.NoteAsync($"no CapabilityStatement could be read (HTTP {answer.Status}): asked as dialect {context.Dialect.Name} wants", cancellationToken);
    }

    /// <summary>Adds the exchanges that can be planned with what is known so far.</summary>
    private Task PlanAsync(CancellationToken cancellationToken)
    {
        if (context.Detail.Panel is not null)
            return new PanelPlan(context).PlanAsync(cancellationToken);
        var scope = context.Scope;
        // Whoever says from when on, or of which types, wants no more than that; some servers send the history of new members themselves.
        var listsMembers = scope.Level == ExportLevel.Group && !context.Dialect.SendsHistoryOfNewMembers && context.IsStanding;
        if (listsMembers && context.Detail.Steps.IsEmpty)
        {
            var members = new ExportStep { Kind = ExportStepKind.Members, Group = scope.Group, Types = ["Patient"] };
            return context.ChangeAsync(d => d with { Steps = [members] }, null, cancellationToken);
        }

        return PlanDataAsync(scope, cancellationToken);
    }

    private async Task PlanDataAsync(ExportScope scope, CancellationToken cancellationToken)
    {
        var marks = await parts.Jobs.ReadAsync(tx => tx.Exports.MarksOf(context.Source.Number, context.ScopeName), cancellationToken);
        var slices = ExportPlan.Of(context.Detail.Types, marks, context.Detail.IsFull, context.Detail.Since);
        var lists = ImmutableArray<ExportStep>.Empty;
        var members = context.Detail.Steps.FirstOrDefault(s => s.Kind == ExportStepKind.Members);
        if (members is { IsWhole: true })
            await ForgetLeftAsync(cancellationToken);
        if (members is not null && slices.Any(s => s.Since is not null))
        {
            var unknown = members.IsWhole ? await UnknownMembersAsync(cancellationToken) : null;
            if (unknown is not null && (unknown.Count == 0 || context.Dialect.TakesPatients))
            {
                lists =
                [
                    .. unknown.Chunk(parts.Options.PatientsPerList).Select(ids => new ExportStep
                    {
                        Kind = ExportStepKind.NewMembers, Group = scope.Group, Types = context.Detail.Types, Patients = [.. ids],
                    }),
                ];
            }
            else
            {
                await context.NoteAsync(
                    members.IsWhole ? "members are new and their history cannot be asked for alone: everything is asked for" : "the members could not be listed: everything is asked for",
                    cancellationToken);
                slices = [new ExportSlice(context.Detail.Types, null)];
            }
        }

        var data = slices.Select(s => new ExportStep { Kind = ExportStepKind.Data, Group = scope.Group, Types = s.Types, Since = s.Since });
        await context.ChangeAsync(d => d with { Steps = [.. d.Steps, .. lists, .. data], IsPlanned = true }, null, cancellationToken);
    }

    /// <summary>Not being able to list the members costs a full export, not the export.</summary>
    private async Task ListMembersAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            await new ExportStepRun(context, index).RunAsync(cancellationToken);
        }
        catch (ExportException e)
        {
            await context.NoteAsync($"listing the members of the group failed: {e.Message}", cancellationToken);
            await context.ChangeStepAsync(index, s => s with { EndedAt = parts.Clock.GetUtcNow(), IsWhole = false }, null, cancellationToken);
        }
    }

    /// <summary>The members whose history is not here; null where they are too many for lists.</summary>
    private async Task<IReadOnlyList<string>?> UnknownMembersAsync(CancellationToken cancellationToken)
    {
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in ExportFiles.PatientIdsAsync(MemberFiles(), IdsPerPage, cancellationToken))
        {
            unknown.UnionWith(await parts.Jobs.ReadAsync(tx => tx.Exports.UnknownMembers(context.Source.Number, context.ScopeName, page), cancellationToken));
            if (unknown.Count > parts.Options.MostListedMembers)
                return null;
        }

        return [.. unknown];
    }

    /// <summary>Who is not in the group any more is forgotten: too much forgotten costs overlap, too little a gap for good.</summary>
    private async Task ForgetLeftAsync(CancellationToken cancellationToken)
    {
        var members = (await MembersAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        await context.ChangeAsync(d => d, tx => tx.Exports.KeepMembers(context.Source.Number, context.ScopeName, members), cancellationToken);
    }

    private IEnumerable<string> MemberFiles()
    {
        var step = context.Detail.Steps.Select((s, i) => (s, i)).First(x => x.s.Kind == ExportStepKind.Members).i;
        return Directory.EnumerateFiles(parts.Intake.FolderOf(context.Job, step).Path).Where(f => FetchLedger.IsDataFile(Path.GetFileName(f)));
    }
}
