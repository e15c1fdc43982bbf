namespace FhirGateway.Simulation.People;

/// <summary>A made-up human, as the script of the world knows them.</summary>
public sealed record SimulatedPerson
{
    /// <summary>Position in the world, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The family (household) that the person lives in, from 0.</summary>
    public required int Household { get; init; }

    /// <summary>The person as they are today.</summary>
    public required PersonView Now { get; init; }

    /// <summary>The person before a marriage or a move; null where neither happened.</summary>
    public PersonView? Before { get; init; }

    /// <summary>900-999 with the group 00, which no authority has issued: <c>9xx00xxxx</c>.</summary>
    public required string Ssn { get; init; }

    /// <summary>A Medicare beneficiary id whose second character is <c>S</c>, which no real one has; null for who has none.</summary>
    public string? Mbi { get; init; }

    /// <summary>CDC race code.</summary>
    public required string Race { get; init; }

    /// <summary>CDC ethnicity code.</summary>
    public required string Ethnicity { get; init; }

    /// <summary>BCP 47 language.</summary>
    public required string Language { get; init; }

    /// <summary>The mother's index, for children.</summary>
    public int? Mother { get; init; }

    /// <summary>The twin's index.</summary>
    public int? Twin { get; init; }

    /// <summary>Born during the last days, in the hospital: known to nobody else yet.</summary>
    public bool IsNewborn { get; init; }

    public override string ToString() => $"SimulatedPerson {Index}";
}
