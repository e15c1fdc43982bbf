using System.Runtime.InteropServices;
using System.Text;
using FhirGateway.Adapters.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Kafka;

/// <summary>librdkafka's own mock cluster: the real protocol over loopback sockets, in this process.</summary>
internal sealed partial class MockKafka : IDisposable
{
    public const short Produce = 0;

    private readonly nint _client;
    private readonly nint _cluster;

    private MockKafka(int brokers)
    {
        var settings = ConfNew();
        Assert.Equal(0, ConfSet(settings, "log_level", "3", new byte[512], 512));
        _client = New(0, settings, new byte[512], 512);
        _cluster = ClusterNew(_client, brokers);
        SetController(_cluster, 1);
        Bootstraps = Marshal.PtrToStringUTF8(ClusterBootstraps(_cluster))!;
    }

    public string Bootstraps { get; }

    public static bool IsBuilt { get; } = File.Exists(Path.Combine(AppContext.BaseDirectory, "librdkafka.so")) || NativeLibrary.TryLoad("librdkafka", typeof(Confluent.Kafka.Library).Assembly, null, out _);

    public static MockKafka Start(int brokers = 3)
    {
        Assert.SkipUnless(IsBuilt, "librdkafka is not built: run eng/librdkafka.sh and build again");
        return new MockKafka(brokers);
    }

    public void CreateTopic(string name, int partitions) => Assert.Equal(0, TopicCreate(_cluster, name, partitions, 1));

    public void DeleteTopic(string name) => Assert.Equal(0, TopicDelete(_cluster, name));

    public void FailNext(short api, params int[] errors) => PushErrors(_cluster, api, (nuint)errors.Length, errors);

    public void SetDown(int broker) => Assert.Equal(0, BrokerDown(_cluster, broker));

    public void SetUp(int broker) => Assert.Equal(0, BrokerUp(_cluster, broker));

    public KafkaOptions Options(Action<KafkaOptions>? change = null)
    {
        var options = new KafkaOptions { BootstrapServers = Bootstraps, StallAfter = TimeSpan.FromSeconds(30) };
        options.Properties["reconnect.backoff.ms"] = "50";
        options.Properties["reconnect.backoff.max.ms"] = "200";
        change?.Invoke(options);
        return options;
    }

    public KafkaDeliveryChannel Channel(Action<KafkaOptions>? change = null) =>
        new(Microsoft.Extensions.Options.Options.Create(Options(change)), TimeProvider.System, NullLogger<KafkaDeliveryChannel>.Instance);

    /// <summary>What librdkafka itself answers for a key's partition; the arguments it does not use are null.</summary>
    public static int NativePartitionOf(string key, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return PartitionMurmur2(0, bytes, (nuint)bytes.Length, count, 0, 0);
    }

    public void Dispose()
    {
        ClusterDestroy(_cluster);
        Destroy(_client);
    }

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_conf_new")]
    private static partial nint ConfNew();

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfSet(nint conf, string name, string value, byte[] error, nuint size);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_set_controller_id")]
    private static partial void SetController(nint cluster, int broker);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint conf, byte[] error, nuint size);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint ClusterNew(nint client, int brokers);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void ClusterDestroy(nint cluster);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint ClusterBootstraps(nint cluster);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicCreate(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_topic_delete", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicDelete(nint cluster, string topic);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short api, nuint count, int[] errors);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int BrokerDown(nint cluster, int broker);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int BrokerUp(nint cluster, int broker);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_msg_partitioner_murmur2")]
    private static partial int PartitionMurmur2(nint topic, byte[] key, nuint length, int partitions, nint opaque, nint messageOpaque);
}
