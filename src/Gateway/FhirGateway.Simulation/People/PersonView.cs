namespace FhirGateway.Simulation.People;

/// <summary>What one source believes about a person: its record may be older, incomplete or mistyped.</summary>
public sealed record PersonView
{
    public required string Family { get; init; }
    public required string Given { get; init; }
    public required DateOnly BirthDate { get; init; }

    /// <summary><c>F</c> or <c>M</c>; empty where the source does not know.</summary>
    public required string Sex { get; init; }
    public required string Street { get; init; }
    public required string City { get; init; }

    /// <summary>Five digits; empty where the source does not know.</summary>
    public required string Zip { get; init; }
    public required string Phone { get; init; }

    /// <summary>The five facts by which a person can be recognised without an identifier; null unless all are known.</summary>
    public (string Family, string Given, DateOnly BirthDate, string Sex, string Zip)? Key =>
        Family.Length == 0 || Given.Length == 0 || Sex.Length == 0 || Zip.Length == 0
            ? null
            : (Family.ToUpperInvariant(), Given.ToUpperInvariant(), BirthDate, Sex, Zip);

    public override string ToString() => nameof(PersonView);
}
