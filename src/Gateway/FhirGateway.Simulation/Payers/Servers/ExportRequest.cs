using System.Collections.Immutable;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>A kick-off as the server understood it.</summary>
public sealed record ExportRequest
{
    /// <summary>The kick-off URL.</summary>
    public required string Url { get; init; }

    /// <summary>Id of the Group; null for the other levels.</summary>
    public string? Group { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public ImmutableArray<string> Types { get; init; } = [];
    public ImmutableArray<string> TypeFilters { get; init; } = [];
    public ImmutableArray<string> Elements { get; init; } = [];

    /// <summary>Ids of Patients.</summary>
    public ImmutableArray<string> Patients { get; init; } = [];
    public string? OrganizedBy { get; init; }
    public bool AllowsPartial { get; init; }

    /// <summary>Every parameter that was given, by name, as it was given.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Parameters { get; init; }

    /// <summary>Names of parameters that the server does not know.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];
}
