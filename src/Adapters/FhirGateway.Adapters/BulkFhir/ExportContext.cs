using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One export job under way: its source, how that is asked, and the detail as last stored.</summary>
internal sealed class ExportContext
{
    public ExportContext(ExportParts parts, Source source, BulkJob job, Action<ExportProgress> show)
    {
        Parts = parts;
        Source = source;
        Job = job.Id;
        Show = show;
        Detail = ExportJobs.Read(job);
        Dialect = ExportDialect.Find(source.Connection.Dialect)
            ?? throw new ExportException($"source {source.Id} has the dialect {source.Connection.Dialect}, which nobody knows");
        Exchange = new ExportExchange(
            parts.Egress, parts.Tokens, new SmartClient(source.Id, source.Connection, parts.DataDirectory), parts.Options, parts.Clock)
        {
            Waits = reason => Show(new ExportProgress(Detail!.Steps.Count(s => s.IsDone) + 1, Detail.Steps.Length, Detail.Steps.FirstOrDefault(s => !s.IsDone)?.Kind ?? ExportStepKind.Data, reason, default)),
        };
    }

    public ExportParts Parts { get; }
    public Source Source { get; }
    public string Job { get; }
    public Action<ExportProgress> Show { get; }
    public ExportExchange Exchange { get; }
    public ExportDialect Dialect { get; }
    public ServerCapabilities Capabilities { get; set; } = ServerCapabilities.Unknown;
    public ExportDetail Detail { get; private set; }
    public ExportScope Scope => ExportScope.Of(Source.Connection, Dialect, Capabilities);

    /// <summary>The name under which marks are kept.</summary>
    public string ScopeName => Detail.Scope ?? (Detail.Panel is { } participant ? ExportScope.OfPanel(participant) : Scope.Name);

    /// <summary>Whether it asks for what the standing feed asks for, so that what it brings counts for the next export.</summary>
    public bool IsStanding => Detail.IsStandingFor(Parts.Organizations.Value.SourceOf(Source.Number).Connection);

    public async Task ChangeAsync(Func<ExportDetail, ExportDetail> change, Action<IStateTransaction>? also, CancellationToken cancellationToken) =>
        Detail = await Parts.Jobs.ChangeAsync(Job, change, also, cancellationToken);

    public async Task<ExportStep> ChangeStepAsync(
        int index, Func<ExportStep, ExportStep> change, Action<IStateTransaction>? also, CancellationToken cancellationToken)
    {
        await ChangeAsync(d => d with { Steps = d.Steps.SetItem(index, change(d.Steps[index])) }, also, cancellationToken);
        return Detail.Steps[index];
    }

    public Task NoteAsync(string note, CancellationToken cancellationToken) => ChangeAsync(d => ExportJobs.Note(d, note), null, cancellationToken);

    public void ShowStep(int index, string? said, FetchProgress files) =>
        Show(new ExportProgress(index + 1, Detail.Steps.Length, Detail.Steps[index].Kind, said, files));
}
