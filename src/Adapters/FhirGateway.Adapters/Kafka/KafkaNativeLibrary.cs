using Confluent.Kafka;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Kafka;

/// <summary>Checks, once and before the first client, that the native half of the Kafka client is there.</summary>
internal static class KafkaNativeLibrary
{
    // 2.3.0, the first with every entry point that the managed half calls.
    private const int Oldest = 0x02030000;

    private const string Remedy = "Run eng/librdkafka.sh and build again, or build with UseLibrdkafkaPackage=true where the package librdkafka.redist can be restored.";

    /// <exception cref="DeliveryChannelException">It is absent, does not load, or is too old.</exception>
    public static void Require()
    {
        int version;
        string text;
        try
        {
            version = Library.Version;
            text = Library.VersionString;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or InvalidOperationException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new DeliveryChannelException($"Kafka is configured, but the native library librdkafka is not beside the gateway or does not load. {Remedy}", e);
        }

        if (version < Oldest)
            throw new DeliveryChannelException($"Kafka is configured, but the native library librdkafka is version {text}, older than 2.3.0. {Remedy}");
    }
}
