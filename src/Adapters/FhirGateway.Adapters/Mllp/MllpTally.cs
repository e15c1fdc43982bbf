namespace FhirGateway.Adapters.Mllp;

/// <summary>Counts for <see cref="MllpCounters"/>; fields are changed by Interlocked only.</summary>
internal sealed class MllpTally
{
    public long Accepted;
    public long Refused;
    public long Frames;
    public long PartialsDropped;
    public long TooLarge;
    public long Broken;
    public long TimedOut;
    public long Failed;
    public long Unauthenticated;

    public MllpCounters Read(int connections) => new(
        connections,
        Interlocked.Read(ref Accepted),
        Interlocked.Read(ref Refused),
        Interlocked.Read(ref Frames),
        Interlocked.Read(ref PartialsDropped),
        Interlocked.Read(ref TooLarge),
        Interlocked.Read(ref Broken),
        Interlocked.Read(ref TimedOut),
        Interlocked.Read(ref Failed),
        Interlocked.Read(ref Unauthenticated));
}
