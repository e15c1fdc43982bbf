namespace FhirGateway.Host.Commands;

/// <summary>What a user of <c>validate</c> asked for, as given.</summary>
internal sealed record ValidationRequest
{
    public IReadOnlyList<string> Packages { get; init; } = [];
    public IReadOnlyList<string> Definitions { get; init; } = [];
    public IReadOnlyList<string> Profiles { get; init; } = [];
    public bool IsSummary { get; init; }
    public required IReadOnlyList<string> Files { get; init; }
}
