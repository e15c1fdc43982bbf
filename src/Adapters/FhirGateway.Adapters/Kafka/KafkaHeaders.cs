using System.Globalization;
using System.Text;
using Confluent.Kafka;
using FhirGateway.Contracts;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Kafka;

/// <summary>The headers of a record (CloudEvents 1.0, Kafka protocol binding, binary mode): those of <see cref="EventHeaders"/> and no others.</summary>
internal static class KafkaHeaders
{
    private static readonly byte[] Json = "application/json"u8.ToArray();
    private static readonly byte[] SpecVersion = "1.0"u8.ToArray();

    public static Headers Of(OutgoingRecord record) => new()
    {
        { EventHeaders.ContentType, Json },
        { EventHeaders.SpecVersion, SpecVersion },
        { EventHeaders.Id, Encoding.UTF8.GetBytes(record.Id) },
        { EventHeaders.Type, Encoding.UTF8.GetBytes(record.Type) },
        { EventHeaders.Source, Encoding.UTF8.GetBytes(record.Source) },
        { EventHeaders.Time, Encoding.UTF8.GetBytes(record.Time) },
        { EventHeaders.StreamSequence, Number(record.StreamSequence) },
        { EventHeaders.PartitionSequence, Number(record.PartitionSequence) },
    };

    /// <summary>The id and partition sequence of a record found in a log, or null if it was not written by the gateway.</summary>
    public static DeliveredRecord? Read(long offset, Headers? headers)
    {
        if (headers is null
            || !headers.TryGetLastBytes(EventHeaders.Id, out var id) || id is null
            || !headers.TryGetLastBytes(EventHeaders.PartitionSequence, out var sequence) || sequence is null
            || !long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return new DeliveredRecord(offset, Encoding.UTF8.GetString(id), number);
    }

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
