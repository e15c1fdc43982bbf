using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using FhirGateway.Adapters.Kafka;
using FhirGateway.Contracts;
using FhirGateway.Publications;

namespace FhirGateway.Tests.Kafka;

public sealed class KafkaDeliveryChannelTests
{
    private const string Topic = "hie.aco-1.adt.v1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_arrive_in_order_with_key_headers_and_value_as_given()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 3);
        await using var channel = kafka.Channel();
        var batch = Records(1, 300, partitions: 3);

        var reports = await channel.SendAsync(batch, Cancel);

        Assert.All(reports, r => Assert.Equal(DeliveryOutcome.Delivered, r.Outcome));
        for (var partition = 0; partition < 3; partition++)
        {
            var sent = batch.Where(r => r.Partition == partition).ToList();
            var got = Consume(kafka, partition, sent.Count);
            Assert.Equal(sent.Select(r => r.Id), got.Select(m => Header(m, EventHeaders.Id)));
            Assert.Equal(sent.Select(r => r.Key), got.Select(m => Encoding.UTF8.GetString(m.Message.Key)));
            Assert.Equal(sent.Select(r => Convert.ToHexString(r.Value.Span)), got.Select(m => Convert.ToHexString(m.Message.Value)));
        }

        var first = Consume(kafka, batch[0].Partition, 1)[0];
        Assert.Equal(
            ["content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_streamsequence", "ce_partitionsequence"],
            first.Message.Headers.Select(h => h.Key));
        Assert.Equal("application/json", Header(first, EventHeaders.ContentType));
        Assert.Equal("1.0", Header(first, EventHeaders.SpecVersion));
        Assert.Equal("adt.admit", Header(first, EventHeaders.Type));
        Assert.Equal("hospital-1", Header(first, EventHeaders.Source));
        Assert.Equal("2026-01-02T03:04:05-05:00", Header(first, EventHeaders.Time));
        Assert.Equal("1", Header(first, EventHeaders.StreamSequence));
        Assert.Equal("1", Header(first, EventHeaders.PartitionSequence));
    }

    [Fact]
    public async Task A_slice_of_a_larger_buffer_is_sent_as_the_slice()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        var buffer = "xx{\"sequence\":1}yy"u8.ToArray();
        var record = Records(1, 1, 1)[0] with { Value = buffer.AsMemory(2, 14) };
        await channel.SendAsync([record], Cancel);
        Assert.Equal("{\"sequence\":1}", Encoding.UTF8.GetString(Consume(kafka, 0, 1)[0].Message.Value));
    }

    [Fact]
    public async Task A_partition_is_read_back_from_an_offset_to_its_end()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        var batch = Records(1, 2500, 1);
        var reports = await channel.SendAsync(batch, Cancel);

        var all = await ReadBackAsync(channel, 0);
        var tail = await ReadBackAsync(channel, 2490);

        Assert.Equal(batch.Select((r, i) => new DeliveredRecord(reports[i].Offset, r.Id, r.PartitionSequence)), all);
        Assert.Equal(Enumerable.Range(2491, 10).Select(n => (long)n), tail.Select(r => r.PartitionSequence));
        Assert.Empty(await ReadBackAsync(channel, 2500));
        Assert.Equal(new PartitionLog(0, 2500), await channel.DescribeLogAsync(Topic, 0, Cancel));
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_recorded_is_an_error_that_names_both_ends()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        await channel.SendAsync(Records(1, 5, 1), Cancel);
        var fault = await Assert.ThrowsAsync<DeliveryChannelException>(() => ReadBackAsync(channel, 9));
        Assert.Contains("ends at offset 5, before 9", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_made_anew_has_another_id()
    {
        using var kafka = MockKafka.Start(1);
        await using var channel = kafka.Channel();
        kafka.CreateTopic(Topic, 4);
        var before = await channel.ProvisionAsync(Topic, Cancel);
        kafka.DeleteTopic(Topic);
        kafka.CreateTopic(Topic, 4);
        var after = await channel.ProvisionAsync(Topic, Cancel);
        Assert.Equal(4, before.Partitions);
        Assert.False(before.Created);
        Assert.NotNull(before.TopicId);
        Assert.NotEqual(before.TopicId, after.TopicId);
    }

    [Fact]
    public async Task An_absent_topic_that_the_broker_does_not_let_us_create_is_named_with_what_to_do()
    {
        using var kafka = MockKafka.Start(1);
        await using var channel = kafka.Channel();
        var fault = await Assert.ThrowsAsync<DeliveryChannelException>(() => channel.ProvisionAsync("hie.none.adt.v1", Cancel));
        Assert.Contains("hie.none.adt.v1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("6 partitions and retention.ms=604800000", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(19)] // NOT_ENOUGH_REPLICAS
    [InlineData(20)] // NOT_ENOUGH_REPLICAS_AFTER_APPEND
    [InlineData(6)] // NOT_LEADER_FOR_PARTITION
    [InlineData(7)] // REQUEST_TIMED_OUT
    [InlineData(56)] // KAFKA_STORAGE_ERROR
    [InlineData(-195)] // the connection breaks
    public async Task Passing_errors_of_the_broker_are_waited_out_in_order(int error)
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        kafka.FailNext(MockKafka.Produce, error, error, error);
        var reports = await channel.SendAsync(Records(1, 200, 1), Cancel);
        Assert.All(reports, r => Assert.Equal(DeliveryOutcome.Delivered, r.Outcome));
        AssertGapless(await ReadBackAsync(channel, 0), 200);
    }

    [Theory]
    [InlineData(45)] // OUT_OF_ORDER_SEQUENCE_NUMBER: fatal for an idempotent producer
    [InlineData(47)] // INVALID_PRODUCER_EPOCH
    [InlineData(90)] // PRODUCER_FENCED
    public async Task A_producer_that_broke_is_replaced_within_five_seconds_and_nothing_is_lost(int error)
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        await channel.SendAsync(Records(1, 10, 1), Cancel);
        kafka.FailNext(MockKafka.Produce, error, error, error);
        var rest = Records(11, 20, 1);

        var clock = Stopwatch.StartNew();
        while (rest.Count > 0)
        {
            var reports = await channel.SendAsync(rest, Cancel);
            var delivered = reports.TakeWhile(r => r.Outcome == DeliveryOutcome.Delivered).Count();
            Assert.All(reports.Skip(delivered), r => Assert.Equal(DeliveryOutcome.NotDelivered, r.Outcome));
            rest = rest[delivered..];
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{rest.Count} records were not delivered in time");
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5 * 3), $"took {clock.Elapsed}");
        AssertGapless(await ReadBackAsync(channel, 0), 30);
    }

    [Fact]
    public async Task A_topic_that_is_not_ours_to_write_is_refused_and_others_flow()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 1);
        kafka.CreateTopic("hie.aco-2.adt.v1", 1);
        await using var channel = kafka.Channel();
        kafka.FailNext(MockKafka.Produce, 29); // TOPIC_AUTHORIZATION_FAILED
        var refused = await channel.SendAsync(Records(1, 1, 1), Cancel);
        Assert.Equal(DeliveryReport.TopicRefused("TopicAuthorizationFailed"), refused[0]);
        var other = await channel.SendAsync([Records(1, 1, 1)[0] with { Topic = "hie.aco-2.adt.v1" }], Cancel);
        Assert.Equal(DeliveryOutcome.Delivered, other[0].Outcome);
    }

    [Fact]
    public async Task A_record_that_is_too_large_is_refused_and_what_follows_it_waits()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 2);
        await using var channel = kafka.Channel();
        var records = Records(1, 3, 1);
        records[1] = records[1] with { Value = new byte[2_000_000] };
        records.Add(Records(4, 1, 1)[0] with { Partition = 1 });

        var reports = await channel.SendAsync(records, Cancel);

        Assert.Equal(
            [DeliveryOutcome.Delivered, DeliveryOutcome.Refused, DeliveryOutcome.NotDelivered, DeliveryOutcome.Delivered],
            reports.Select(r => r.Outcome));
        Assert.Equal("MsgSizeTooLarge", reports[1].Reason);
        Assert.Equal("behind-failed-record", reports[2].Reason);
    }

    [Fact]
    public async Task An_outage_is_waited_out_without_loss_repeat_or_disorder()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        await channel.SendAsync(Records(1, 10, 1), Cancel);
        kafka.SetDown(1);
        var sending = channel.SendAsync(Records(11, 100, 1), Cancel);
        await Task.Delay(500, Cancel);
        Assert.False(sending.IsCompleted);
        kafka.SetUp(1);
        Assert.All(await sending, r => Assert.Equal(DeliveryOutcome.Delivered, r.Outcome));
        AssertGapless(await ReadBackAsync(channel, 0), 110);
    }

    [Fact]
    public async Task Silence_means_not_delivered_and_the_next_producer_delivers()
    {
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel(o => o.StallAfter = TimeSpan.FromMilliseconds(600));
        kafka.SetDown(1);
        var lost = await channel.SendAsync(Records(1, 5, 1), Cancel);
        Assert.All(lost, r => Assert.Equal(DeliveryReport.NotDelivered("no-report"), r));
        kafka.SetUp(1);
        await DeliverAllAsync(channel, Records(1, 5, 1));
        Assert.Equal([1L, 2, 3, 4, 5], (await ReadBackAsync(channel, 0)).Select(r => r.PartitionSequence).Distinct());
    }

    private static async Task DeliverAllAsync(KafkaDeliveryChannel channel, List<OutgoingRecord> records)
    {
        for (var attempt = 0; attempt < 20 && records.Count > 0; attempt++)
        {
            var reports = await channel.SendAsync(records, Cancel);
            records = records[reports.TakeWhile(r => r.Outcome == DeliveryOutcome.Delivered).Count()..];
        }

        Assert.Empty(records);
    }

    private static void AssertGapless(List<DeliveredRecord> log, int count) =>
        Assert.Equal(Enumerable.Range(1, count).Select(n => (long)n), log.Select(r => r.PartitionSequence));

    private static async Task<List<DeliveredRecord>> ReadBackAsync(KafkaDeliveryChannel channel, long from)
    {
        var found = new List<DeliveredRecord>();
        await foreach (var record in channel.ReadBackAsync(Topic, 0, from, Cancel))
            found.Add(record);
        return found;
    }

    internal static List<OutgoingRecord> Records(int first, int count, int partitions)
    {
        var sequences = new long[partitions];
        return Enumerable.Range(first, count).Select(n =>
        {
            var key = $"key-{n % 17}";
            var partition = PartitionKey.PartitionOf(key, partitions);
            return new OutgoingRecord(
                Topic, partition, key, Encoding.UTF8.GetBytes($"{{\"sequence\":{n},\"id\":\"event-{n}\"}}"), $"event-{n}", "adt.admit", "hospital-1",
                "2026-01-02T03:04:05-05:00", n, ++sequences[partition] + first - 1);
        }).ToList();
    }

    private static List<ConsumeResult<byte[], byte[]>> Consume(MockKafka kafka, int partition, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = kafka.Bootstraps, GroupId = "test", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, partition, 0));
        var got = new List<ConsumeResult<byte[], byte[]>>();
        var clock = Stopwatch.StartNew();
        while (got.Count < count && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is { } result)
                got.Add(result);
        }

        return got;
    }

    private static string Header(ConsumeResult<byte[], byte[]> message, string name) => Encoding.UTF8.GetString(message.Message.Headers.GetLastBytes(name));
}
