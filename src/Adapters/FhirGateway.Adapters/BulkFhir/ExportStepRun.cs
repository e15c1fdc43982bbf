using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// One exchange: kick-off, status, files, acceptance, and what is remembered for the next time. Every stage is stored before the
/// next begins, so that a restart repeats at most one.
/// </summary>
internal sealed class ExportStepRun(ExportContext context, int index)
{
    private const int MostFailures = 50;
    private readonly ExportParts parts = context.Parts;

    private ExportStep Step => context.Detail.Steps[index];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = parts.Intake.FolderOf(context.Job, index);
        if (Step.Status is null)
            await KickOffAsync(cancellationToken);
        var status = parts.Jobs.Unseal(context.Job, Step.Status!);
        // What was accepted before a crash needs nothing from the server any more.
        var files = folder.Accepted?.Files;
        if (files is null)
        {
            if (await FetchAsync(folder, status, cancellationToken) is not { } fetched)
            {
                await RestartAsync(cancellationToken);
                return;
            }

            files = fetched;
        }

        // The path of a status URL may be a capability as much as its query: only its origin is kept in clear.
        var submission = files.Count == 0 || Step.Kind == ExportStepKind.Members
            ? null
            : await parts.Intake.AcceptAsync(
                context.Source, "export", folder, files, status.GetLeftPart(UriPartial.Authority), context.Exchange.FhirUrl, cancellationToken);
        await RememberAsync(submission?.Submission, cancellationToken);
        await DeleteAsync(status, cancellationToken);
    }

    private async Task KickOffAsync(CancellationToken cancellationToken)
    {
        var deadline = parts.Clock.GetUtcNow() + parts.Options.MostWait;
        context.ShowStep(index, null, default);
        var start = new ExportStart(context.Exchange, context.Dialect, context.Capabilities.IsVersion4);
        var begun = parts.Clock.GetUtcNow();
        var (status, dropped) = await start.SendAsync(Request(), deadline, cancellationToken);
        await context.ChangeStepAsync(
            index, s => s with { Status = parts.Jobs.Seal(context.Job, status), KickedOffAt = begun, Dropped = dropped }, null, cancellationToken);
        if (!dropped.IsEmpty)
            await context.NoteAsync($"the server refused {string.Join(", ", dropped)}: asked without", cancellationToken);
    }

    private ExportRequest Request()
    {
        var connection = context.Source.Connection;
        var level = Step.Group is null ? context.Scope.Level : ExportLevel.Group;
        if (Step.Kind == ExportStepKind.Members)
            return new ExportRequest { Level = level, Group = Step.Group, Types = ["Patient"], Elements = ["id"] };
        var request = new ExportRequest
        {
            Level = level,
            Group = Step.Group,
            Since = Step.Since ?? context.Dialect.Beginning,
            Types = Step.Types,
            TypeFilters = OfTypes(connection.TypeFilters),
            Elements = connection.Elements,
            AssociatedData = connection.AssociatedData,
            OrganizeOutputBy = connection.OrganizeOutputBy,
            AllowPartialManifests = connection.AcceptsPartialManifests,
            Patients = Step.Patients,
        };
        return context.Detail.Panel is null ? request : request with
        {
            Operation = ProviderAccess.ExportOperation,
            ExportType = Step.Since is null ? ProviderAccess.Download : ProviderAccess.Delta,
        };
    }

    /// <summary>A filter on a type that is not asked for would be refused.</summary>
    private ImmutableArray<string> OfTypes(ImmutableArray<string> filters) =>
        [.. filters.Where(f => Step.Types.IsEmpty || Step.Types.Any(t => f.StartsWith(t + "?", StringComparison.Ordinal)))];

    /// <summary>The files to accept, all proven; null where the server knows the export no more.</summary>
    private async Task<IReadOnlyList<SpooledFile>?> FetchAsync(SpoolFolder folder, Uri status, CancellationToken cancellationToken)
    {
        ExportPolling polling = null!;
        polling = new ExportPolling(context.Exchange, parts.Options, parts.Clock)
        {
            Progressed = said => context.ShowStep(index, said, default),
            Partial = (manifest, token) => FilesAsync(folder, manifest, null, token),
        };
        var manifest = await polling.WaitAsync(status, Step.KickedOffAt!.Value + parts.Options.MostWait, cancellationToken);
        if (manifest is null)
            return null;
        await context.ChangeStepAsync(index, s => s with { ManifestAt = parts.Clock.GetUtcNow(), TransactionTime = manifest.TransactionTime }, null, cancellationToken);
        var fetch = await FilesAsync(folder, manifest, token => polling.RefreshAsync(status, token), cancellationToken);
        var issues = await ExportFiles.IssuesAsync(
            fetch.Files.Where(f => f.File.Kind == ManifestFileKind.Outcome && f.Spooled is not null).Select(f => Path.Combine(folder.Path, f.Spooled!.Path)), cancellationToken);
        await context.ChangeStepAsync(index, s => Report(s, fetch, issues), null, cancellationToken);
        var wanted = fetch.Files.Where(f => f.File.Kind != ManifestFileKind.Outcome).ToList();
        if (wanted.Count > 0 && wanted.TrueForAll(f => f.Spooled is null))
            throw new ExportException($"none of {wanted.Count} files could be fetched: {Reasons(wanted)}");
        return [.. wanted.Where(f => f.Spooled is not null).Select(f => f.Spooled! with { Path = Path.Combine(folder.Submission, f.Spooled.Path) })];
    }

    private Task<ManifestFetch> FilesAsync(
        SpoolFolder folder, BulkManifest manifest, Func<CancellationToken, Task<IReadOnlyList<ManifestFile>?>>? refresh, CancellationToken cancellationToken) =>
        parts.Fetcher.FetchAsync(new ManifestFetchRequest
        {
            // Organised output mixes types, and whether its count holds the lines that head its blocks is not said: both prove nothing.
            Files = manifest.OutputOrganizedBy is null ? manifest.Files : [.. manifest.Files.Select(f => f with { Count = null, Type = null })],
            Folder = folder.Path,
            Allowance = context.Exchange.Allowance,
            Credential = manifest.RequiresAccessToken ? context.Exchange.Credential : null,
            Parallel = parts.Options.Parallel,
            RetryDelay = TimeSpan.FromSeconds(30) * parts.Options.Pace,
            RefreshLinks = refresh,
            Progress = progress => context.ShowStep(index, null, progress),
        }, cancellationToken);

    private static ExportStep Report(ExportStep step, ManifestFetch fetch, ImmutableSortedDictionary<string, long> issues)
    {
        var failed = fetch.Failed.ToList();
        var whole = fetch.Files.Where(f => f.Spooled is not null).Select(f => f.Spooled!).ToList();
        return step with
        {
            Files = fetch.Files.Length,
            Fetched = whole.Count,
            Bytes = whole.Sum(f => f.Length),
            Lines = whole.Sum(f => f.Lines ?? 0),
            Issues = issues,
            Failures = [.. failed.Take(MostFailures).Select(f => new ExportFailure(f.File.Kind, f.File.Type, EgressUrl.Shown(f.File.Url), f.Fault!.Code, f.Fault.Detail))],
            MissingTypes = MissingTypes(failed),
            MoreFailures = Math.Max(0, failed.Count - MostFailures),
            IsMissingMore = failed.Exists(f => f.File.Kind != ManifestFileKind.Output || f.File.Type is null) || issues.Keys.Any(k => k.StartsWith("error ", StringComparison.Ordinal) || k.StartsWith("fatal ", StringComparison.Ordinal)),
        };
    }

    private static ImmutableArray<string> MissingTypes(IEnumerable<ManifestFileOutcome> failed) =>
        [.. failed.Where(f => f.File.Kind == ManifestFileKind.Output).Select(f => f.File.Type).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static string Reasons(IEnumerable<ManifestFileOutcome> failed) =>
        string.Join(", ", failed.GroupBy(f => f.Fault!.Code).Select(g => $"{g.Key} {g.Count()}x"));

    /// <summary>Ends the exchange. What it brought counts for the next export once it is loaded: <see cref="ExportMemory"/>.</summary>
    private async Task RememberAsync(string? submission, CancellationToken cancellationToken)
    {
        var step = Step;
        var time = ExportMemory.TimeOf(step, parts.Clock.GetUtcNow());
        var isWhole = step.MissingTypes.IsEmpty && !step.IsMissingMore;
        var source = context.Source.Number;
        await context.ChangeStepAsync(index, s => s with { Submission = submission, EndedAt = parts.Clock.GetUtcNow(), IsWhole = isWhole }, tx =>
        {
            if (step is { Kind: ExportStepKind.Data, KickedOffAt: { } asked, ManifestAt: { } answered })
                ServiceFigures.ManifestReceived(tx, source, answered - asked, time is null ? null : ExportPlan.Time(time));
        }, cancellationToken);
        if (time is null && step.Kind == ExportStepKind.Data)
            await context.NoteAsync("the manifest has no transactionTime that can be used: the next export asks from where this one did", cancellationToken);
        if (!isWhole)
            await context.NoteAsync("something is missing: the next export asks for it again", cancellationToken);
    }

    /// <summary>What came of the forgotten export goes with it: the new one may have other content under the same names.</summary>
    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        if (Step.Restarts >= parts.Options.MostRestarts)
            throw new ExportException($"the server forgot the export {Step.Restarts + 1} times");
        parts.Intake.RemoveManifest(context.Job, index);
        await context.ChangeStepAsync(index, s => s with { Status = null, KickedOffAt = null, Restarts = s.Restarts + 1 }, null, cancellationToken);
        await context.NoteAsync("the server forgot the export (404 or 410): it was begun anew", cancellationToken);
    }

    /// <summary>Releases what the server keeps (Bulk Data, "Bulk Data Delete Request"). The data are here: nothing depends on its answer.</summary>
    public async Task DeleteAsync(Uri status, CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            var answer = await context.Exchange.SendAsync(
                new EgressRequest { Method = HttpMethod.Delete, Url = status }, static _ => false, parts.Clock.GetUtcNow(), cancellationToken);
            if (answer.Status is (>= 200 and < 300) or 404 or 410)
                return;
            reason = $"HTTP {answer.Status}";
        }
        catch (Exception e) when (e is EgressException or Smart.SmartException or ExportException)
        {
            reason = e is ExportException ? "no answer" : e.Message;
        }

        await context.NoteAsync($"the server was asked to delete its export and did not: {reason}", cancellationToken);
    }
}
