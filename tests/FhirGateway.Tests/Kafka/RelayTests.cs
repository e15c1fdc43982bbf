using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FhirGateway.Contracts;
using FhirGateway.Processing;
using FhirGateway.Publications;

namespace FhirGateway.Tests.Kafka;

/// <summary>The relay from the state store to the topics of a mock cluster.</summary>
public sealed class RelayTests
{
    private const string Aco = "aco-1";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_arrives_once_in_order_with_gapless_numbers_and_the_bytes_of_the_stream()
    {
        await using var rig = await RelayRig.CreateAsync(3, Aco);
        await rig.PublishManyAsync(Aco, 1200);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.Settled == 1200);
        await rig.PublishManyAsync(Aco, 30);
        await rig.WaitAsync(Aco, s => s.Settled == 1230);

        var got = rig.Consume(RelayRig.Topic(Aco), 3);

        AssertComplete(rig, got, 3);
        Assert.Equal(1230, rig.HandedOverUpTo());
        Assert.All(got.Where(r => r.Message.Key.Length == 0), r => Assert.Equal(0, r.Partition.Value));
        Assert.All(got, r => Assert.Equal(8, r.Message.Headers.Count));
    }

    [Fact]
    public async Task Killed_between_report_and_record_sends_nothing_twice()
    {
        await using var rig = await RelayRig.CreateAsync(3, Aco);
        await rig.PublishManyAsync(Aco, 700);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.Settled == 700);
        await rig.StopAsync();
        // As if no report of one partition, and no finished page, had been noted.
        await rig.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var state = tx.Relay.Find(rig.NumberOf(Aco), StreamNames.Adt)!;
            tx.Relay.SetSettled(state.Participant, state.Stream, 0);
            tx.Relay.SavePartition(state.Participant, state.Stream, new RelayPartition(1, 0, 0, -1));
            return true;
        }, Cancel);
        await rig.PublishManyAsync(Aco, 50);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.Settled == 750);
        AssertComplete(rig, rig.Consume(RelayRig.Topic(Aco), 3), 3);
    }

    [Fact]
    public async Task Events_published_in_an_outage_arrive_after_it_in_order()
    {
        await using var rig = await RelayRig.CreateAsync(2, Aco);
        rig.Start();
        await rig.PublishManyAsync(Aco, 100);
        await rig.WaitAsync(Aco, s => s.Settled == 100);
        rig.Kafka.SetDown(1);
        for (var i = 0; i < 10; i++)
            await rig.PublishManyAsync(Aco, 100);
        await Task.Delay(1500, Cancel);
        Assert.Equal(100, rig.StatusOf(Aco).Settled);
        rig.Kafka.SetUp(1);
        await rig.WaitAsync(Aco, s => s.Settled == 1100);
        AssertComplete(rig, rig.Consume(RelayRig.Topic(Aco), 2), 2);
    }

    [Fact]
    public async Task Silence_of_the_broker_is_looked_up_before_anything_is_sent_again()
    {
        await using var rig = await RelayRig.CreateAsync(2, Aco);
        rig.Start(o => o.StallAfter = TimeSpan.FromMilliseconds(700));
        await rig.PublishManyAsync(Aco, 100);
        await rig.WaitAsync(Aco, s => s.Settled == 100);
        rig.Kafka.SetDown(1);
        await rig.PublishManyAsync(Aco, 100);
        await rig.WaitAsync(Aco, s => s.State == RelayState.Waiting);
        rig.Kafka.SetUp(1);
        await rig.WaitAsync(Aco, s => s.Settled == 200 && s.State == RelayState.Delivering);
        AssertComplete(rig, rig.Consume(RelayRig.Topic(Aco), 2), 2);
    }

    [Fact]
    public async Task Started_while_the_broker_is_down_it_delivers_when_it_is_back()
    {
        await using var rig = await RelayRig.CreateAsync(2, Aco);
        rig.Kafka.SetDown(1);
        await rig.PublishManyAsync(Aco, 50);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Waiting);
        Assert.Equal(RelayReasons.Unreachable, rig.StatusOf(Aco).Reason);
        rig.Kafka.SetUp(1);
        await rig.WaitAsync(Aco, s => s.Settled == 50);
        AssertComplete(rig, rig.Consume(RelayRig.Topic(Aco), 2), 2);
    }

    [Fact]
    public async Task A_record_that_is_refused_is_parked_with_its_followers_and_other_keys_flow_and_a_retry_sends_it()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        rig.Start();
        var large = $"\"{new string('x', 1_500_000)}\"";
        await rig.PublishAsync(Aco, StreamNames.Adt, ("a", "1"), ("b", large), ("b", "3"), ("a", "4"), ("c", "5"));
        await rig.WaitAsync(Aco, s => s.Settled == 5);
        await rig.PublishAsync(Aco, StreamNames.Adt, ("b", "6"), ("c", "7"));
        await rig.WaitAsync(Aco, s => s.Settled == 7);

        Assert.Equal(3, rig.StatusOf(Aco).Parked);
        Assert.Equal([1L, 4, 5, 7], rig.Consume(RelayRig.Topic(Aco), 1).Select(PartitionSequence));
        Assert.Equal(3, await rig.Relay!.RetryParkedAsync(Aco, StreamNames.Adt, "operator", Cancel));
        await Task.Delay(300, Cancel);
        Assert.Equal(3, rig.StatusOf(Aco).Parked);

        // Taken back, it is small: it goes out without its data, and those behind it follow.
        await rig.WithdrawAsync(Aco, 2, 7);
        await rig.Relay.RetryParkedAsync(Aco, StreamNames.Adt, "operator", Cancel);
        await rig.WaitAsync(Aco, s => s.Parked == 0);
        var got = rig.Consume(RelayRig.Topic(Aco), 1);
        Assert.Equal([1L, 4, 5, 7, 2, 3, 6], got.Select(PartitionSequence));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(got[4].Message.Value).RootElement.GetProperty("data").ValueKind);
    }

    [Fact]
    public async Task An_event_taken_back_after_it_was_read_and_before_it_was_recorded_leaves_without_its_data()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        await rig.PublishAsync(Aco, StreamNames.Adt, ("a", "\"secret\""), ("b", "2"));
        rig.Streams = log => new Interrupted(log, () => rig.WithdrawAsync(Aco, 1, 2).GetAwaiter().GetResult());
        rig.Start();
        await rig.WaitAsync(Aco, s => s.Settled == 2);
        var got = rig.Consume(RelayRig.Topic(Aco), 1);
        Assert.Equal(rig.Entries(Aco), got.Select(r => r.Message.Value));
        Assert.DoesNotContain("secret", got[0].Message.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_partition_count_stops_that_topic_and_no_other()
    {
        await using var rig = await RelayRig.CreateAsync(2, Aco);
        rig.Start();
        await rig.PublishManyAsync(Aco, 10);
        await rig.WaitAsync(Aco, s => s.Settled == 10);
        await rig.StopAsync();
        rig.Kafka.DeleteTopic(RelayRig.Topic(Aco));
        rig.Kafka.CreateTopic(RelayRig.Topic(Aco), 4);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Stopped);
        await rig.PublishManyAsync(Aco, 10);
        await rig.PublishManyAsync(Aco, 10, stream: StreamNames.Claims);
        await rig.WaitAsync(Aco, s => s.Settled == 10, StreamNames.Claims);
        Assert.Contains(rig.StatusOf(Aco).Reason, new[] { RelayReasons.OtherPartitionCount, RelayReasons.OtherTopic });
        Assert.Empty(rig.Consume(RelayRig.Topic(Aco), 4));
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_recorded_stops_that_topic()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        rig.Start();
        await rig.PublishManyAsync(Aco, 10);
        await rig.WaitAsync(Aco, s => s.Settled == 10);
        await rig.StopAsync();
        rig.Kafka.DeleteTopic(RelayRig.Topic(Aco));
        rig.Kafka.CreateTopic(RelayRig.Topic(Aco), 1);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Stopped);
        Assert.Contains(rig.StatusOf(Aco).Reason, new[] { RelayReasons.LogTooShort, RelayReasons.OtherTopic });
    }

    [Fact]
    public async Task A_topic_with_the_events_of_another_data_directory_is_not_written()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        await using (var other = rig.Kafka.Channel())
            await other.SendAsync([KafkaDeliveryChannelTests.Records(1, 1, 1)[0] with { Topic = RelayRig.Topic(Aco) }], Cancel);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Stopped);
        Assert.Equal(RelayReasons.ForeignEvents, rig.StatusOf(Aco).Reason);
    }

    [Fact]
    public async Task A_topic_that_may_not_be_written_waits_parks_nothing_and_goes_on_when_it_may()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Delivering);
        rig.Kafka.FailNext(MockKafka.Produce, 29, 29);
        await rig.PublishManyAsync(Aco, 20);
        await rig.WaitAsync(Aco, s => s.Settled == 20);
        Assert.Equal(0, rig.StatusOf(Aco).Parked);
        AssertComplete(rig, rig.Consume(RelayRig.Topic(Aco), 1), 1);
    }

    [Fact]
    public async Task A_participant_added_at_run_time_gets_its_topics()
    {
        await using var rig = await RelayRig.CreateAsync(1, Aco);
        rig.Start();
        await rig.WaitAsync(Aco, s => s.State == RelayState.Delivering);
        await rig.AddAsync("aco-2", 1);
        await rig.PublishManyAsync("aco-2", 5);
        await rig.WaitAsync("aco-2", s => s.Settled == 5);
        Assert.Equal(rig.Entries("aco-2"), rig.Consume(RelayRig.Topic("aco-2"), 1).Select(r => r.Message.Value));
    }

    /// <summary>Everything is there once, byte for byte, numbered 1, 2, 3 per partition, in the order of the stream.</summary>
    private static void AssertComplete(RelayRig rig, List<ConsumeResult<string, string>> got, int partitions)
    {
        Assert.Equal(rig.Entries(Aco), got.OrderBy(StreamSequence).Select(r => r.Message.Value));
        for (var partition = 0; partition < partitions; partition++)
        {
            var own = got.Where(r => r.Partition.Value == partition).ToList();
            Assert.Equal(Enumerable.Range(1, own.Count).Select(n => (long)n), own.Select(PartitionSequence));
            Assert.Equal(own.Select(StreamSequence).Order(), own.Select(StreamSequence));
            Assert.All(own, r => Assert.Equal(r.Message.Key.Length == 0 ? 0 : PartitionKey.PartitionOf(r.Message.Key, partitions), partition));
        }
    }

    private static long PartitionSequence(ConsumeResult<string, string> record) => Header(record, EventHeaders.PartitionSequence);

    private static long StreamSequence(ConsumeResult<string, string> record) => Header(record, EventHeaders.StreamSequence);

    private static long Header(ConsumeResult<string, string> record, string name) =>
        long.Parse(Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes(name)), CultureInfo.InvariantCulture);

    /// <summary>A stream log after whose first non-empty read something happens.</summary>
    private sealed class Interrupted(IStreamLog log, Action then) : IStreamLog
    {
        private int reads;

        public IReadOnlyList<Publication> Read(int participant, string stream, long after, int most)
        {
            var found = log.Read(participant, stream, after, most);
            if (found.Count > 0 && Interlocked.Increment(ref reads) == 1)
                then();
            return found;
        }

        public long Last(int participant, string stream) => log.Last(participant, stream);
    }
}
