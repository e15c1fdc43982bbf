namespace FhirGateway.Contracts;

/// <summary>The values of <c>type</c> in a stream entry.</summary>
public static class EventTypes
{
    public const string AdtPreadmit = "adt.preadmit";
    public const string AdtRegister = "adt.register";
    public const string AdtEdArrival = "adt.ed-arrival";
    public const string AdtAdmit = "adt.admit";

    /// <summary>An observation begins.</summary>
    public const string AdtObservation = "adt.observation";

    /// <summary>An emergency visit becomes an inpatient stay.</summary>
    public const string AdtEdToInpatient = "adt.ed-to-inpatient";

    /// <summary>Another class of visit: observation to inpatient, inpatient to outpatient.</summary>
    public const string AdtConversion = "adt.conversion";
    public const string AdtTransfer = "adt.transfer";
    public const string AdtLeave = "adt.leave";
    public const string AdtDischarge = "adt.discharge";
    public const string AdtDeath = "adt.death";

    /// <summary>An inpatient admission within 30 days of an inpatient discharge; a signal, not a quality measure.</summary>
    public const string AdtReturn = "adt.return";

    /// <summary>An emergency visit within 72 hours of another.</summary>
    public const string AdtEdRevisit = "adt.ed-revisit";

    /// <summary>The visit carries on a stay that began at another facility, by a transfer between them: one stay, and no return.</summary>
    public const string AdtStay = "adt.stay";

    /// <summary>A material change of what was told.</summary>
    public const string AdtUpdate = "adt.update";

    /// <summary>Something that was told is not so; <see cref="AdtEntry.Cancels"/> names the events.</summary>
    public const string AdtCancel = "adt.cancel";

    /// <summary>Two patient identifiers turned out to be one human's, or are parted again.</summary>
    public const string AdtMerge = "adt.merge";
    public const string ClaimsEob = "claims.eob";
    public const string ClaimsCoverage = "claims.coverage";
    public const string ClaimsResource = "claims.resource";

    /// <summary>A prior authorization or an estimate: no claim, and never part of a sum.</summary>
    public const string ClaimsPreauthorization = "claims.preauthorization";
    public const string ClinicalResource = "clinical.resource";
    public const string RosterAdded = "roster.added";
    public const string RosterEnding = "roster.ending";

    /// <summary>What a payer answered about a patient of the participant's own panel (Provider Access).</summary>
    public const string RosterFound = "roster.found";
    public const string RosterNotFound = "roster.not-found";
    public const string RosterOptedOut = "roster.opted-out";
    public const string PersonMerged = "person.merged";

    /// <summary>The type of the event that takes back earlier events of <paramref name="stream"/>.</summary>
    public static string Withdrawn(string stream) => stream + ".withdrawn";
}
