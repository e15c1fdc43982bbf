using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>An organisation that receives.</summary>
public sealed record Participant
{
    /// <summary>Number inside the state store; 0 before it is added.</summary>
    public int Number { get; init; }
    public required string Id { get; init; }
    public string? Name { get; init; }

    /// <summary>Its National Provider Identifier, under which it attests that it treats a patient; null where it asks no payer.</summary>
    public string? Npi { get; init; }

    /// <summary>NPIs of its providers: a visit whose message names one of them as primary care goes to it, where an agreement says so.</summary>
    public ImmutableArray<string> ProviderNpis { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Which ADT events it wants; all where nothing is set.</summary>
    public EventFilter Filter { get => field ?? new(); init; } = new();
}
