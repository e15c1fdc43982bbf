namespace FhirGateway.Contracts;

/// <summary>The values of <c>type</c> in a stream entry.</summary>
public static class EventTypes
{
    public const string AdtAdmit = "adt.admit";
    public const string AdtDischarge = "adt.discharge";
    public const string AdtTransfer = "adt.transfer";
    public const string AdtRegister = "adt.register";
    public const string AdtUpdate = "adt.update";
    public const string AdtCancel = "adt.cancel";
    public const string ClaimsEob = "claims.eob";
    public const string ClaimsCoverage = "claims.coverage";
    public const string ClaimsResource = "claims.resource";
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
