using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Kafka;

/// <summary>Makes topics and says what is there. Never changes or deletes one.</summary>
internal sealed class KafkaTopics(KafkaOptions options, TimeProvider clock)
{
    public async Task<DeliveryTopic> ProvisionAsync(string topic, CancellationToken cancellationToken)
    {
        KafkaNativeLibrary.Require();
        using var admin = new AdminClientBuilder(KafkaClientSettings.Admin(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            if (await DescribeAsync(admin, topic, created: false, cancellationToken) is { } existing)
                return existing;
            var refusal = await CreateAsync(admin, topic, cancellationToken);
            // A new topic reaches the brokers' metadata a moment after it was created.
            for (var attempt = 0; attempt < (refusal is null ? 20 : 1); attempt++)
            {
                if (await DescribeAsync(admin, topic, created: refusal is null, cancellationToken) is { } made)
                    return made;
                if (refusal is null)
                    await Task.Delay(TimeSpan.FromMilliseconds(250), clock, cancellationToken);
            }

            throw new DeliveryChannelException(
                $"Kafka topic '{topic}' does not exist and cannot be created here ({refusal ?? "not visible after creation"}). "
                + $"Create it with {options.Partitions} partitions and retention.ms={RetentionMilliseconds()}, or let the gateway's user create topics.");
        }
        catch (KafkaException e)
        {
            throw new DeliveryChannelException($"Kafka topic '{topic}' cannot be looked up: {e.Error.Code}. Check Gateway:Kafka:BootstrapServers and the security properties.", e);
        }
    }

    /// <summary>Null when created (or there already), else the code of the refusal.</summary>
    private async Task<string?> CreateAsync(IAdminClient admin, string topic, CancellationToken cancellationToken)
    {
        var specification = new TopicSpecification
        {
            Name = topic,
            NumPartitions = options.Partitions,
            ReplicationFactor = options.ReplicationFactor,
            Configs = new Dictionary<string, string>(StringComparer.Ordinal) { ["retention.ms"] = RetentionMilliseconds(), ["cleanup.policy"] = "delete" },
        };
        try
        {
            await admin.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = options.RequestTimeout, OperationTimeout = options.RequestTimeout }).WaitAsync(cancellationToken);
            return null;
        }
        catch (CreateTopicsException e)
        {
            var code = e.Results[0].Error.Code;
            return code == ErrorCode.TopicAlreadyExists ? null : code.ToString();
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return e.Error.Code.ToString();
        }
    }

    private async Task<DeliveryTopic?> DescribeAsync(IAdminClient admin, string topic, bool created, CancellationToken cancellationToken)
    {
        try
        {
            var result = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = options.RequestTimeout }).WaitAsync(cancellationToken);
            var description = result.TopicDescriptions[0];
            return new DeliveryTopic(topic, description.TopicId?.ToString(), description.Partitions.Count, created);
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions is [{ Error.Code: ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId }, ..])
        {
            return null;
        }
    }

    private string RetentionMilliseconds() => ((long)TimeSpan.FromDays(options.RetentionDays).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
