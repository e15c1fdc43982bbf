namespace FhirGateway.People;

/// <summary>Where a source record comes from. The numbers are stored.</summary>
public enum RecordKind
{
    /// <summary>A Patient resource or PID of a source.</summary>
    Patient = 1,

    /// <summary>A row of a payer's roster.</summary>
    Roster = 2,

    /// <summary>A row of a participant's panel.</summary>
    Panel = 3,

    /// <summary>A row of a source's opt-out file.</summary>
    OptOut = 4,
}
