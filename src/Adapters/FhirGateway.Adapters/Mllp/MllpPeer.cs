using System.Net;

namespace FhirGateway.Adapters.Mllp;

/// <summary>The other end of a connection.</summary>
/// <param name="Connection">Number of the connection since the listener started.</param>
/// <param name="Address">Remote end point.</param>
/// <param name="Sender">Id of the source that its certificate belongs to; null without TLS.</param>
public sealed record MllpPeer(long Connection, IPEndPoint Address, string? Sender = null);
