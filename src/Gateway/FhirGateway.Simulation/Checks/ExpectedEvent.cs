using System.Collections.Immutable;

namespace FhirGateway.Simulation.Checks;

/// <summary>An event that a participant must receive, once.</summary>
public sealed record ExpectedEvent
{
    public required EventKey Key { get; init; }

    /// <summary>The organisation that sent it.</summary>
    public required string Source { get; init; }

    /// <summary>Index of the person; null for resources of no person.</summary>
    public int? Person { get; init; }

    /// <summary>Published id of the visit, on the stream <c>adt</c>.</summary>
    public string? EncounterId { get; init; }

    /// <summary>The participant's own ids of the person.</summary>
    public ImmutableArray<string> LocalIds { get; init; } = [];

    /// <summary>May be absent: both answers are right.</summary>
    public bool IsOptional { get; init; }

    public override string ToString() => $"ExpectedEvent {Key.Type} {Key.Subject}";
}
