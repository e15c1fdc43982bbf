namespace FhirGateway.People;

/// <summary>How a source record came by its person.</summary>
public enum MatchOutcome
{
    /// <summary>Nothing changed since it was last matched.</summary>
    Unchanged,

    /// <summary>No other record is this human: a person of its own.</summary>
    None,

    /// <summary>Linked by an exact identifier.</summary>
    Identifier,

    /// <summary>Linked by all five demographics, unique on both sides.</summary>
    Demographics,

    /// <summary>Two or more candidates: not linked.</summary>
    Ambiguous,

    /// <summary>A candidate has another value in a namespace in which a human has one: not linked.</summary>
    Conflict,

    /// <summary>Linked because its own source says that the two are one human.</summary>
    Merged,
}
