using FhirGateway.Simulation.Checks;

namespace FhirGateway.Simulation.Load;

/// <summary>What a load run measured.</summary>
public sealed record MllpLoadResult
{
    /// <summary>Messages answered AA.</summary>
    public required long Accepted { get; init; }

    /// <summary>Messages answered otherwise.</summary>
    public required long Refused { get; init; }
    public required TimeSpan Elapsed { get; init; }
    public double AcceptedPerSecond => Elapsed > TimeSpan.Zero ? Accepted / Elapsed.TotalSeconds : 0;

    /// <summary>From the first byte sent to the answer.</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>Different people in the messages.</summary>
    public required int Persons { get; init; }

    /// <summary>Different visits begun.</summary>
    public required int Visits { get; init; }

    /// <summary>Control id of the last message answered AA on any connection; null for none.</summary>
    public required string? LastAccepted { get; init; }
    public required DateTimeOffset LastAcceptedAt { get; init; }
}
