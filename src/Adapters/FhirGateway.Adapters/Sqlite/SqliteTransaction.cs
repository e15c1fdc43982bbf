using FhirGateway.Adapters.Files;
using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Claims;
using FhirGateway.Episodes;
using FhirGateway.FeedHealth;
using FhirGateway.Messages;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Quarantine;
using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>The ports over one connection. One lives as long as its connection; the store begins and ends transactions around it.</summary>
internal sealed class SqliteTransaction(SqliteDatabase database, BodyFiles bodies, TimeProvider clock) : IStateTransaction
{
    public PublicationRows PublicationRows { get; } = new(database);
    public AuditRows AuditRows { get; } = new(database, clock);
    public IOrganizationState Organizations { get; } = new OrganizationRows(database);
    public IClientState Clients { get; } = new ClientRows(database);
    public IMessageState Messages { get; } = new MessageRows(database);
    public EpisodeRows EpisodeRows { get; } = new(database);
    public IEpisodeState Episodes => EpisodeRows;
    public ISubmissionState Submissions { get; } = new SubmissionRows(database);
    public IBulkJobState Jobs { get; } = new BulkJobRows(database);
    public IExportState Exports { get; } = new ExportRows(database);
    public IPeopleState People { get; } = new PeopleRows(database);
    public MergeRows MergeRows { get; } = new(database);
    public IMergeState Merges => MergeRows;
    public IAttributionState Attributions { get; } = new AttributionRows(database);
    public IPanelState Panels { get; } = new PanelRows(database);
    public IClaimState Claims { get; } = new ClaimRows(database);
    public ResourceRows ResourceRows { get; } = new(database, bodies);
    public IResourceState Resources => ResourceRows;
    public IUndoState Undo { get; } = new UndoRows(database);
    public IReferenceNotes References { get; } = new ReferenceNoteRows(database);
    public ISourceFigures Figures { get; } = new SourceFigureRows(database);
    public IPublicationState Publications => PublicationRows;
    public IAuditState Audit => AuditRows;
    public IQuarantineState Quarantine { get; } = new QuarantineRows(database);
    public IReevaluationQueue Reevaluations { get; } = new ReevaluationRows(database);
    public IRelayState Relay { get; } = new RelayRows(database);
    public IFeedState Feeds { get; } = new FeedRows(database);

    /// <summary>After a rollback: what was remembered of the rows may not be so.</summary>
    public void Forget()
    {
        PublicationRows.Forget();
        AuditRows.Forget();
        ResourceRows.Forget();
        MergeRows.Forget();
        EpisodeRows.Forget();
    }
}
