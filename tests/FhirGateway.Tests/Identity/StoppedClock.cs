namespace FhirGateway.Tests.Identity;

/// <summary>A clock that moves only when told.</summary>
internal sealed class StoppedClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    public void Forward(TimeSpan by) => now += by;
}
