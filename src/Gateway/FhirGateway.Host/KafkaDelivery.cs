using FhirGateway.Adapters.Kafka;
using FhirGateway.Host.Commands;
using FhirGateway.Processing;
using Microsoft.Extensions.Options;

namespace FhirGateway.Host;

/// <summary>The delivery to Kafka, where <c>Gateway:Kafka:BootstrapServers</c> is set. Disposed after the engine that uses it.</summary>
internal sealed class KafkaDelivery : IAsyncDisposable
{
    private readonly KafkaOptions options;
    private readonly KafkaDeliveryChannel channel;

    private KafkaDelivery(KafkaOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        this.options = options;
        channel = new KafkaDeliveryChannel(Options.Create(options), clock, logs.CreateLogger<KafkaDeliveryChannel>());
    }

    /// <summary>Null where Kafka is not configured. Kafka itself may be down.</summary>
    /// <exception cref="VerbFault">All faults of the section at once.</exception>
    public static KafkaDelivery? Open(ILoggerFactory logs)
    {
        var kafka = KafkaConfiguration.Read(GatewayConfiguration.Load());
        if (!kafka.Faults.IsEmpty)
            throw new VerbFault("The configuration cannot be used:\n  " + string.Join("\n  ", kafka.Faults));
        return kafka.Options is { } found ? new KafkaDelivery(found, TimeProvider.System, logs) : null;
    }

    public void Start(Engine engine) => engine.StartRelay(channel, new RelayOptions { TopicPrefix = options.TopicPrefix });

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
