namespace FhirGateway.Episodes;

/// <summary>What two visits of one person say together. A signal, not a quality measure.</summary>
public enum VisitSignalKind
{
    /// <summary>An inpatient admission within 30 days of an inpatient discharge.</summary>
    Return30Days = 1,

    /// <summary>An emergency visit within 72 hours of the end of another.</summary>
    EdRevisit72Hours,

    /// <summary>A stay that began at another facility goes on: the index is the visit with which it began.</summary>
    StayContinues,
}
