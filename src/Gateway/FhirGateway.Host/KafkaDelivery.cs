using System.ComponentModel.DataAnnotations;
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
        var section = GatewayConfiguration.Load().GetSection(KafkaOptions.Section);
        if (string.IsNullOrWhiteSpace(section[nameof(KafkaOptions.BootstrapServers)]))
            return null;
        var found = new KafkaOptions();
        var faults = new List<string>();
        try
        {
            section.Bind(found);
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(found, new ValidationContext(found), results, validateAllProperties: true);
            faults.AddRange(results.Select(f => $"{KafkaOptions.Section}:{f.MemberNames.FirstOrDefault()}: {f.ErrorMessage}"));
        }
        catch (InvalidOperationException e)
        {
            faults.Add(e.Message);
        }

        if (faults.Count > 0)
            throw new VerbFault("The configuration cannot be used:\n  " + string.Join("\n  ", faults));
        return new KafkaDelivery(found, TimeProvider.System, logs);
    }

    public void Start(Engine engine) => engine.StartRelay(channel, new RelayOptions { TopicPrefix = options.TopicPrefix });

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
