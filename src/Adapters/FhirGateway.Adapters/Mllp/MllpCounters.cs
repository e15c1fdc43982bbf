namespace FhirGateway.Adapters.Mllp;

/// <summary>What a listener has seen since it started.</summary>
/// <param name="Connections">Open now.</param>
/// <param name="Accepted">Connections taken.</param>
/// <param name="Refused">Connections closed at once because of a cap.</param>
/// <param name="Frames">Complete frames handed to the handler.</param>
/// <param name="PartialsDropped">Frames cut off by a second start block or by the end of the connection.</param>
/// <param name="TooLarge">Connections closed for a frame over the limit.</param>
/// <param name="Broken">Connections closed because their bytes are not MLLP.</param>
/// <param name="TimedOut">Connections closed for slowness or silence.</param>
/// <param name="Failed">Connections closed because the handler failed.</param>
/// <param name="Unauthenticated">Connections closed because they were no TLS, or their certificate is nobody's.</param>
public readonly record struct MllpCounters(
    int Connections, long Accepted, long Refused, long Frames, long PartialsDropped, long TooLarge, long Broken, long TimedOut, long Failed,
    long Unauthenticated);
