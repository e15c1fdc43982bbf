namespace FhirGateway.Adapters.Mllp;

/// <summary>What the framer found.</summary>
public enum MllpFrameStatus
{
    /// <summary>No complete frame yet: read more.</summary>
    Incomplete,

    /// <summary>All but the CR after the end block is there, and nothing follows: read more, but not for long.</summary>
    AwaitingTrailer,

    /// <summary>One frame.</summary>
    Complete,

    /// <summary>The open frame grew over the limit.</summary>
    TooLarge,

    /// <summary>An end block inside a frame, or too much between frames: whoever sends this does not speak MLLP.</summary>
    Broken,
}
