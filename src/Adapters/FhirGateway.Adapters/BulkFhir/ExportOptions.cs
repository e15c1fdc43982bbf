namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How patient exports are. The defaults are what production uses.</summary>
public sealed record ExportOptions
{
    /// <summary>From kick-off to manifest, and over all waits for a server that is busy.</summary>
    public TimeSpan MostWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Faults in a row (no connection, 5xx without outcome) after which a request is given up.</summary>
    public int MostFaults { get; init; } = 20;

    /// <summary>How often one exchange is begun anew because the server forgot it.</summary>
    public int MostRestarts { get; init; } = 2;

    /// <summary>New members whose history is asked for by a list; beyond, everything is.</summary>
    public int MostListedMembers { get; init; } = 5000;

    /// <summary>Patients in one list.</summary>
    public int PatientsPerList { get; init; } = 500;

    /// <summary>Patients of a panel in one request for a match.</summary>
    public int PatientsPerMatch { get; init; } = 500;

    /// <summary>Files fetched at a time.</summary>
    public int Parallel { get; init; } = 4;
    public ManifestLimits Manifest { get; init; } = ManifestLimits.Default;

    /// <summary>How often a running job looks whether it was paused or cancelled.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the schedule is looked at.</summary>
    public TimeSpan ScheduleEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Multiplies every wait that a server asks for or that is our own; tests make it small.</summary>
    public double Pace { get; init; } = 1;
}
