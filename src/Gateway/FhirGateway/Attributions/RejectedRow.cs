using System.Text.Json.Serialization;

namespace FhirGateway.Attributions;

/// <summary>A row that was not taken: its line, the column at fault and why, without the value.</summary>
public sealed record RejectedRow(int Line, string Column, string Reason)
{
    /// <summary>Whose row it was, if that could be read: what is on file of this member stays as it is. Never shown.</summary>
    [JsonIgnore]
    public string? Key { get; init; }

    public override string ToString() => $"RejectedRow(line {Line}, {Column})";
}
