namespace FhirGateway.Episodes;

/// <summary>A value and the JSON that it is kept as: who has both need not read, or write, the other again.</summary>
/// <param name="Value">The value.</param>
/// <param name="Json">UTF-8, as <see cref="EpisodeJson"/> writes it.</param>
public sealed record Kept<T>(T Value, ReadOnlyMemory<byte> Json)
{
    public override string ToString() => $"Kept({Value})";
}
