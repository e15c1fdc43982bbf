namespace FhirGateway.Simulation.Checks;

/// <summary>Damage done to what the participants received, to prove that the check sees it.</summary>
public enum Sabotage
{
    None,

    /// <summary>One event is lost.</summary>
    DropOne,

    /// <summary>One event goes to the other participant in place of its own.</summary>
    GiveOneToTheOther,

    /// <summary>One event is there twice, the second time as a new entry.</summary>
    RepeatOne,
}
