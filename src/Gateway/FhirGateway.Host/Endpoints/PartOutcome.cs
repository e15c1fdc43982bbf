namespace FhirGateway.Host.Endpoints;

/// <summary>What became of a part of an upload.</summary>
internal enum PartOutcome
{
    /// <summary>On disk; the upload goes on.</summary>
    Appended,

    /// <summary>On disk, and the upload is accepted as a submission.</summary>
    Accepted,

    /// <summary>There is no such upload of this source, or no longer.</summary>
    Unknown,

    /// <summary>It does not begin where the upload ends.</summary>
    WrongOffset,

    /// <summary>Another part is being received, or an operator has paused the upload.</summary>
    Busy,

    /// <summary>The sender went away, or somebody asked how far the upload is; what came is written down.</summary>
    Interrupted,

    /// <summary>The upload is complete and takes no more bytes.</summary>
    Complete,

    /// <summary>It goes beyond the length that the sender named, ends before it, or names another one.</summary>
    WrongLength,

    /// <summary>It goes beyond what an upload may have.</summary>
    TooLong,

    /// <summary>The part, or at its end the whole, is not what its digest promised.</summary>
    WrongDigest,

    /// <summary>The Idempotency-Key was used for another file.</summary>
    KeyConflict,
}
