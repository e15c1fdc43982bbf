namespace FhirGateway.Processing;

/// <summary>Why a topic waits or is stopped, or an event is parked. Other reasons are the broker's own codes.</summary>
public static class RelayReasons
{
    /// <summary>Waits: the broker does not answer, or the topic is absent and cannot be created.</summary>
    public const string Unreachable = "channel-unreachable";

    /// <summary>Waits: the state cannot be read or written.</summary>
    public const string StoreUnavailable = "store-unavailable";

    /// <summary>Stopped: the configured prefix gives another topic than the one that was provisioned.</summary>
    public const string OtherTopicName = "other-topic-name";

    /// <summary>Stopped: the topic was deleted and made anew.</summary>
    public const string OtherTopic = "other-topic-id";

    /// <summary>Stopped: keys would change partitions.</summary>
    public const string OtherPartitionCount = "other-partition-count";

    /// <summary>Stopped: the log ends before what was reported stored.</summary>
    public const string LogTooShort = "log-too-short";

    /// <summary>Stopped: the log holds events that this data directory did not send.</summary>
    public const string ForeignEvents = "foreign-events";

    /// <summary>Stopped: our own bug.</summary>
    public const string InternalError = "internal-error";

    /// <summary>Parked: an earlier event of the same order key is parked.</summary>
    public const string BehindParked = "behind-parked-event";

    /// <summary>Parked: its stored body is damaged.</summary>
    public const string DamagedBody = "damaged-body";
}
