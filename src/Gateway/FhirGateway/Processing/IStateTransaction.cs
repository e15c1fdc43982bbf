using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Claims;
using FhirGateway.Episodes;
using FhirGateway.Messages;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Quarantine;
using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>One state transaction: everything done through it commits together or not at all.</summary>
public interface IStateTransaction
{
    IOrganizationState Organizations { get; }
    IClientState Clients { get; }
    IMessageState Messages { get; }
    IEpisodeState Episodes { get; }
    ISubmissionState Submissions { get; }
    IBulkJobState Jobs { get; }
    IExportState Exports { get; }
    IPeopleState People { get; }
    IAttributionState Attributions { get; }
    IPanelState Panels { get; }
    IClaimState Claims { get; }
    IResourceState Resources { get; }
    IUndoState Undo { get; }
    IReferenceNotes References { get; }
    ISourceFigures Figures { get; }
    IPublicationState Publications { get; }
    IAuditState Audit { get; }
    IQuarantineState Quarantine { get; }
    IReevaluationQueue Reevaluations { get; }
    IRelayState Relay { get; }
}
