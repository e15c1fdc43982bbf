namespace FhirGateway.Release;

/// <summary>What kind of release a resource needs. The numbers are stored.</summary>
public enum ResourceRules
{
    /// <summary>In no table: stored, never released.</summary>
    NotReleasable = 0,

    /// <summary>An ADT event: stream adt.</summary>
    Adt = 1,

    /// <summary>A claim or coverage: stream claims.</summary>
    Claims = 2,

    /// <summary>Clinical data of a person: stream clinical.</summary>
    Clinical = 3,

    /// <summary>The Patient: goes with claims and with clinical data, stream clinical.</summary>
    Patient = 4,

    /// <summary>Of no person: goes when something released refers to it, stream clinical.</summary>
    NoPerson = 5,
}
