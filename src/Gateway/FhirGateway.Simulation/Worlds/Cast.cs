namespace FhirGateway.Simulation.Worlds;

/// <summary>Ids of the organisations of the world, as they must be registered at the gateway.</summary>
public static class Cast
{
    public const string PayerA = "payer-a";
    public const string PayerB = "payer-b";
    public const string Hospital = "hospital-north";

    /// <summary>MSH-4 of the hospital, and the assigning authority of its record and visit numbers.</summary>
    public const string HospitalFacility = "NORTHHOSP";
    public const string AcoEast = "aco-east";
    public const string AcoWest = "aco-west";

    public static IReadOnlyList<string> Payers { get; } = [PayerA, PayerB];
    public static IReadOnlyList<string> Participants { get; } = [AcoEast, AcoWest];

    /// <summary>The participant that is not <paramref name="participant"/>.</summary>
    public static string Other(string participant) => participant == AcoEast ? AcoWest : AcoEast;
}
