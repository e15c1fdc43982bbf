using FhirGateway.Adapters.Kafka;
using Microsoft.Extensions.Configuration;

namespace FhirGateway.Tests.Kafka;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void Without_bootstrap_servers_there_is_no_channel_and_no_fault()
    {
        var read = Read([]);
        Assert.Null(read.Options);
        Assert.Empty(read.Faults);
    }

    [Fact]
    public void Defaults_are_valid_and_properties_pass_through()
    {
        var options = Read(new() { ["BootstrapServers"] = "localhost:9092", ["Properties:security.protocol"] = "SSL" }).Options!;
        Assert.Equal("hie", options.TopicPrefix);
        Assert.Equal(6, options.Partitions);
        Assert.Equal("SSL", options.Properties["security.protocol"]);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var read = Read(new()
        {
            ["BootstrapServers"] = "localhost:9092", ["Partitions"] = "0", ["TopicPrefix"] = "has space", ["StallAfter"] = "00:00:01",
        });
        Assert.Equal(3, read.Faults.Length);
    }

    [Theory]
    [InlineData("acks")]
    [InlineData("enable.idempotence")]
    [InlineData("message.timeout.ms")]
    [InlineData("debug")]
    public void A_property_on_which_delivery_stands_cannot_be_set(string name)
    {
        var read = Read(new() { ["BootstrapServers"] = "b:1", ["Properties:" + name] = "0" });
        Assert.Contains(name, Assert.Single(read.Faults), StringComparison.Ordinal);
    }

    private static KafkaConfiguration Read(Dictionary<string, string?> values) => KafkaConfiguration.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(KafkaOptions.Section + ":" + v.Key, v.Value))).Build());
}
