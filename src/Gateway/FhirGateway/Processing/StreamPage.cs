namespace FhirGateway.Processing;

/// <summary>Some entries of a stream, each one JSON object in UTF-8 without line end.</summary>
/// <param name="Lines">The entries, in order.</param>
/// <param name="Last">Sequence of the last one; what was asked for as "after" if there are none.</param>
public sealed record StreamPage(IReadOnlyList<ReadOnlyMemory<byte>> Lines, long Last);
