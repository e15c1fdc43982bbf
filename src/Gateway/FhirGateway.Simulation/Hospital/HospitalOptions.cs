using System.Net;

namespace FhirGateway.Simulation.Hospital;

/// <summary>How the hospital sends.</summary>
public sealed record HospitalOptions
{
    public required EndPoint Gateway { get; init; }

    /// <summary>Connections, each with one message in flight; the messages of a visit share one.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Messages a second over all connections; 0 for as fast as answers come.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>Wait for an answer before the connection counts as broken and the message is sent again on a new one.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before a new attempt.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a message is offered to a receiver that answers AR.</summary>
    public int RejectedAttempts { get; init; } = 3;
}
