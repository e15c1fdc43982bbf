namespace FhirGateway.Messages;

/// <summary>Segments that an event cannot do without.</summary>
[Flags]
public enum AdtSegments
{
    None = 0,

    /// <summary>PID.</summary>
    Patient = 1,

    /// <summary>Two PIDs.</summary>
    TwoPatients = 2,

    /// <summary>PV1.</summary>
    Visit = 4,

    /// <summary>MRG.</summary>
    Merge = 8,
}
