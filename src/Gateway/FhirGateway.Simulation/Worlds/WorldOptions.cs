namespace FhirGateway.Simulation.Worlds;

/// <summary>What the world is made from. Equal options make an equal world, byte for byte.</summary>
public sealed record WorldOptions
{
    /// <summary>Seed of everything that looks random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>People, newborns included; at least 20.</summary>
    public int People { get; init; } = 500;

    /// <summary>The day on which the gateway runs: decides which attributions are active.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Days before the start of an attribution whose services may also go; the gateway's agreements must say the same.</summary>
    public int LookBackDays { get; init; }

    /// <summary>Average number of ExplanationOfBenefits per member of a payer.</summary>
    public int ClaimsPerMember { get; init; } = 8;

    /// <summary>Percentage of people whom the hospital knows.</summary>
    public int HospitalShare { get; init; } = 60;

    /// <summary>Average number of hospital visits per patient; every patient has one at least.</summary>
    public int VisitsPerPatient { get; init; } = 1;

    /// <summary>Options whose file for <see cref="Cast.PayerA"/> is about <paramref name="bytes"/> long.</summary>
    public static WorldOptions ForBulkBytes(DateOnly today, long bytes, int people = 20_000, int seed = 1)
    {
        // About 60 % of the people are members of payer A; a claim has about 1.6 kB, the rest of a member about 7 kB.
        var members = Math.Max(1, people * 60L / 100);
        var claims = (bytes / members - 7_000) / 1_600;
        return new WorldOptions { Seed = seed, People = people, Today = today, ClaimsPerMember = (int)Math.Clamp(claims, 1, 5_000) };
    }
}
