namespace FhirGateway.People;

/// <summary>Who decides what a merge does. The numbers are stored.</summary>
public enum MergeState
{
    /// <summary>The rules.</summary>
    Judged = 1,

    /// <summary>An operator took it back.</summary>
    Undone = 2,

    /// <summary>An operator released it although it was held.</summary>
    Released = 3,

    /// <summary>It was held, and stays so whatever becomes of the others: only an operator lets it go.</summary>
    Kept = 4,
}
