namespace FhirGateway.Simulation.Checks;

/// <summary>What can be wrong with what a participant received.</summary>
public enum FindingKind
{
    /// <summary>An expected event never came.</summary>
    Missing,

    /// <summary>An event came twice.</summary>
    Doubled,

    /// <summary>An event came to a participant, but belongs to the other.</summary>
    Foreign,

    /// <summary>An event came that belongs to nobody, or whose content is not what was sent.</summary>
    Unexpected,

    /// <summary>The sequence of a stream does not run 1, 2, 3 …</summary>
    Gap,

    /// <summary>One person key stands for two people, or two participants see the same key.</summary>
    PersonKey,

    /// <summary>A message of the script was not answered AA.</summary>
    NotAccepted,
}
