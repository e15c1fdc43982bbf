using Confluent.Kafka;

namespace FhirGateway.Adapters.Kafka;

/// <summary>The settings of the three clients, made from <see cref="KafkaOptions"/>.</summary>
internal static class KafkaClientSettings
{
    public static ProducerConfig Producer(KafkaOptions options) => new(Shared(options))
    {
        Acks = Acks.All,
        EnableIdempotence = true,
        MaxInFlight = 5,
        // No record ever expires inside the client: one that did while a later one got through would break the order.
        MessageTimeoutMs = 0,
        LingerMs = Value(options, "linger.ms") ?? 5,
        QueueBufferingMaxKbytes = Value(options, "queue.buffering.max.kbytes") ?? 65536,
        AllowAutoCreateTopics = false,
        EnableDeliveryReports = true,
        DeliveryReportFields = "status",
    };

    public static AdminClientConfig Admin(KafkaOptions options) => new(Shared(options)) { AllowAutoCreateTopics = false };

    public static ConsumerConfig Consumer(KafkaOptions options) => new(Shared(options))
    {
        // No group is joined: partitions are assigned by hand and no offset is committed.
        GroupId = "fhir-gateway-read-back",
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        AllowAutoCreateTopics = false,
    };

    private static Dictionary<string, string> Shared(KafkaOptions options)
    {
        var settings = new Dictionary<string, string>(options.Properties, StringComparer.Ordinal) { ["bootstrap.servers"] = options.BootstrapServers };
        settings.TryAdd("client.id", "fhir-gateway");
        return settings;
    }

    private static int? Value(KafkaOptions options, string name) =>
        options.Properties.TryGetValue(name, out var text) && int.TryParse(text, out var value) ? value : null;
}
