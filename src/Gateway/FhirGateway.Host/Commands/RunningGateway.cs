using FhirGateway.Adapters.Identity;

namespace FhirGateway.Host.Commands;

/// <summary>The engine over a data directory, and the clients that a server beside it knows.</summary>
internal sealed record RunningGateway(Engine Engine, ClientDirectory Clients)
{
    /// <summary>Name under which the audit log has what is done by command.</summary>
    public const string Client = "cli";

    /// <summary>Where its API can be reached; null where none is served.</summary>
    public Uri? Address { get; set; }
}
