using System.Collections.Immutable;
using FhirGateway.Adapters.Mllp;

namespace FhirGateway.Host.Commands;

/// <summary>What <c>adt send</c> is to send, where and how fast.</summary>
internal sealed record AdtSendPlan
{
    public required ImmutableArray<ReadOnlyMemory<byte>> Messages { get; init; }

    /// <summary>HOST:PORT as given.</summary>
    public required string To { get; init; }
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required int Connections { get; init; }

    /// <summary>0 for as fast as answers come.</summary>
    public required double PerSecond { get; init; }
    public required int Repeat { get; init; }
    public required bool NewIds { get; init; }
    public required bool SummaryOnly { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required MllpClientTls? Tls { get; init; }
    public long Total => (long)Messages.Length * Repeat;

    public override string ToString() => $"AdtSendPlan({Total} messages)";
}
