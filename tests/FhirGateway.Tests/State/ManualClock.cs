namespace FhirGateway.Tests.State;

/// <summary>Tells the time that the test sets; timers run in real time.</summary>
public sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
