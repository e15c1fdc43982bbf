namespace FhirGateway.Attributions;

/// <summary>A person's attribution to a participant, through the roster or panel row that says so.</summary>
public sealed record Attribution
{
    /// <summary>Number inside the state store.</summary>
    public long Number { get; init; }

    /// <summary>Number of the roster's or panel's source record; the person is the one it links to.</summary>
    public required long Record { get; init; }
    public required int Participant { get; init; }

    /// <summary>Number of the payer; null for a panel.</summary>
    public int? Source { get; init; }
    public required AttributionMethod Method { get; init; }
    public string? Contract { get; init; }
    public string? LineOfBusiness { get; init; }
    public string? Tin { get; init; }
    public string? Npi { get; init; }
    public required DateOnly Start { get; init; }

    /// <summary>Inclusive; null is open.</summary>
    public DateOnly? End { get; init; }

    /// <summary>The participant's own id of the person.</summary>
    public string? LocalId { get; init; }

    /// <summary>The day on which the gateway learned of it.</summary>
    public required DateOnly KnownOn { get; init; }

    public override string ToString() => $"Attribution({Number})";
}
