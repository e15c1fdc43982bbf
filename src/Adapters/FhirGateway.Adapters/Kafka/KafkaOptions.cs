using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace FhirGateway.Adapters.Kafka;

/// <summary>The section <c>Gateway:Kafka</c>. Without <see cref="BootstrapServers"/> there is no Kafka channel.</summary>
public sealed class KafkaOptions : IValidatableObject
{
    /// <summary>The section's path in the configuration.</summary>
    public const string Section = "Gateway:Kafka";

    /// <summary>Settings on which the promise of delivery stands; <see cref="Properties"/> may not touch them.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "acks", "request.required.acks", "allow.auto.create.topics", "bootstrap.servers", "metadata.broker.list", "debug",
        "enable.auto.commit", "enable.idempotence", "enable.partition.eof", "group.id", "max.in.flight", "max.in.flight.requests.per.connection",
        "delivery.timeout.ms", "message.send.max.retries", "message.timeout.ms", "retries", "transactional.id",
    ], StringComparer.Ordinal);

    /// <summary><c>host:port</c>, several with commas between.</summary>
    [Required]
    public string BootstrapServers { get; set; } = "";

    /// <summary>First part of every topic name.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", ErrorMessage = "TopicPrefix must be 1-64 of A-Z a-z 0-9 _ - and begin with a letter or digit.")]
    public string TopicPrefix { get; set; } = "hie";

    /// <summary>Partitions of a topic that the gateway creates. An existing topic keeps its own count.</summary>
    [Range(1, 1000)]
    public int Partitions { get; set; } = 6;

    /// <summary>Replicas of a topic that the gateway creates; -1 leaves it to the broker.</summary>
    [Range(-1, 9)]
    public short ReplicationFactor { get; set; } = -1;

    /// <summary>How long a topic that the gateway creates keeps records, in days.</summary>
    [Range(1, 3650)]
    public int RetentionDays { get; set; } = 7;

    /// <summary>How long a record may wait without any report before the producer is replaced.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan StallAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one request about topics and offsets may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Further settings of librdkafka by their own names, for instance <c>security.protocol</c>, <c>ssl.ca.location</c>, <c>sasl.username</c>.</summary>
    public Dictionary<string, string> Properties { get; init; } = new(StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in Properties.Keys.Where(Reserved.Contains))
            yield return new ValidationResult($"{Section}:Properties may not set '{name}': the gateway's delivery stands on its own value.", [nameof(Properties)]);
        if (ReplicationFactor == 0)
            yield return new ValidationResult($"{Section}:ReplicationFactor must be -1 (the broker's default) or 1-9.", [nameof(ReplicationFactor)]);
    }
}
