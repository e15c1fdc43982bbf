using System.Net;

namespace FhirGateway.Simulation.Load;

/// <summary>How hard to load an MLLP listener.</summary>
public sealed record MllpLoadOptions
{
    public required EndPoint Gateway { get; init; }

    /// <summary>Connections, each with one message in flight.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>How long messages are begun.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Messages a second over all connections; 0 for as fast as answers come.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>1 to 3 messages (A01, A08, A03) for each visit.</summary>
    public int MessagesPerVisit { get; init; } = 3;

    /// <summary>Distinguishes runs against one gateway.</summary>
    public int Run { get; init; } = 1;
}
