using System.Collections.Immutable;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>An export that a client asked for.</summary>
public sealed record PayerJob
{
    public required string Id { get; init; }
    public required ExportRequest Request { get; init; }
    public required DateTimeOffset TransactionTime { get; init; }
    public required ImmutableArray<ServedFile> Files { get; init; }
    public int Polls { get; init; }

    /// <summary>Whether its client took the whole manifest.</summary>
    public bool IsDone { get; init; }

    /// <summary>Whether its client deleted it.</summary>
    public bool IsDeleted { get; init; }

    public override string ToString() => $"PayerJob({Id}, {Files.Length} files, {Polls} polls)";
}
