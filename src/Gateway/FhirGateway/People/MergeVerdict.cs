namespace FhirGateway.People;

/// <summary>What a merge does among all that its source said of the same identifiers. The numbers are stored.</summary>
public enum MergeVerdict
{
    InForce = 1,

    /// <summary>A later message about the same identifiers says otherwise.</summary>
    Ended = 2,

    /// <summary>It names one identifier twice.</summary>
    Idle = 3,

    /// <summary>Taken back by an operator.</summary>
    Undone = 4,

    /// <summary>Held: it would merge back what was merged the other way round, directly or through others, or what an operator took apart.</summary>
    Reversed = 5,

    /// <summary>Held: the two cannot be one human by their years of birth, such as a mother and her newborn; or too much is merged already.</summary>
    Doubtful = 6,
}
