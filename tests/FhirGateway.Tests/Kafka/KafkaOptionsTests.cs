using FhirGateway.Adapters.Kafka;
using FhirGateway.Publications;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Kafka;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void Without_bootstrap_servers_no_channel_is_registered()
    {
        var services = new ServiceCollection();
        Assert.False(services.AddKafkaDelivery(Configuration([])));
        Assert.DoesNotContain(services, s => s.ServiceType == typeof(IDeliveryChannel));
    }

    [Fact]
    public void Defaults_are_valid_and_properties_pass_through()
    {
        var options = Bind(new() { ["BootstrapServers"] = "localhost:9092", ["Properties:security.protocol"] = "SSL" });
        Assert.Equal("hie", options.TopicPrefix);
        Assert.Equal(6, options.Partitions);
        Assert.Equal("SSL", options.Properties["security.protocol"]);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Bind(new()
        {
            ["BootstrapServers"] = "localhost:9092", ["Partitions"] = "0", ["TopicPrefix"] = "has space", ["StallAfter"] = "00:00:01",
        }));
        Assert.Equal(3, fault.Failures.Count());
    }

    [Theory]
    [InlineData("acks")]
    [InlineData("enable.idempotence")]
    [InlineData("message.timeout.ms")]
    [InlineData("debug")]
    public void A_property_on_which_delivery_stands_cannot_be_set(string name)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Bind(new() { ["BootstrapServers"] = "b:1", ["Properties:" + name] = "0" }));
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    private static KafkaOptions Bind(Dictionary<string, string?> values)
    {
        var services = new ServiceCollection().AddLogging();
        Assert.True(services.AddKafkaDelivery(Configuration(values)));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<KafkaOptions>>().Value;
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(KafkaOptions.Section + ":" + v.Key, v.Value))).Build();
}
