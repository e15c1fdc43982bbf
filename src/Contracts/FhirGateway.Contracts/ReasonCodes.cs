namespace FhirGateway.Contracts;

/// <summary>Why something was held, not linked, not released or taken back: codes that can be counted.</summary>
public static class ReasonCodes
{
    // Intake: the item cannot be read.
    public const string NotJson = "not-json";
    public const string NotAResource = "not-a-resource";
    public const string DuplicateKey = "duplicate-key";
    public const string TooDeep = "too-deep";
    public const string InvalidText = "invalid-text";
    public const string LineTooLong = "line-too-long";
    public const string UnknownResourceType = "unknown-resource-type";
    public const string MissingId = "missing-id";
    public const string Unreadable = "unreadable";
    public const string TooLarge = "too-large";
    public const string Truncated = "truncated";
    public const string TypeMismatch = "type-mismatch";
    public const string Subsetted = "subsetted";

    // Messages.
    public const string UnsupportedEvent = "unsupported-event";
    public const string UnknownEvent = "unknown-event";
    public const string UnknownFacility = "unknown-facility";

    /// <summary>The sender proved who it is, and the sending facility is not one of its own.</summary>
    public const string ForeignFacility = "foreign-facility";

    /// <summary>A known control id over other bytes, from a sender that is set to refuse them.</summary>
    public const string ChangedRepeat = "changed-repeat";
    public const string SegmentMissing = "segment-missing";
    public const string DuplicateMessage = "duplicate-message";
    public const string PatientNotIdentified = "patient-not-identified";

    /// <summary>A merge that says the reverse of an earlier one, directly or through others, or repeats what an operator took back.</summary>
    public const string MergeReversed = "merge-reversed";

    /// <summary>A merge or link of two who cannot be one human, such as a mother and her newborn.</summary>
    public const string MergeDoubtful = "merge-doubtful";

    /// <summary>More messages name the visit number than any visit has.</summary>
    public const string VisitOverrun = "visit-overrun";

    // Validation.
    public const string Structure = "structure";
    public const string ProfileError = "profile-error";

    // Release.
    public const string NoPerson = "no-person";
    public const string NoAgreement = "no-agreement";
    public const string NotAttributed = "not-attributed";
    public const string OutsidePeriod = "outside-period";
    public const string OptedOut = "opted-out";
    public const string Labelled = "labelled";
    public const string NotReleasable = "not-releasable";

    /// <summary>The data were pulled with another participant's own credentials.</summary>
    public const string OtherParticipant = "other-participant";

    // Withdrawal.
    public const string WrongPerson = "wrong-person";
    public const string DeletedBySource = "deleted-by-source";
    public const string SubmissionStopped = "submission-stopped";
    public const string Superseded = "superseded";
    public const string LegalOrder = "legal-order";

    public const string InternalError = "internal-error";
}
