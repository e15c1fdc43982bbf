using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Confluent.Kafka;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Kafka;

/// <summary>Reads ids and sequences back from one partition's log, without joining a group.</summary>
internal sealed class KafkaPartitionReader(KafkaOptions options, TimeProvider clock, TopicPartition partition)
{
    private const int Ahead = 1024;

    /// <summary>The extent of a partition's log, asked of its leader.</summary>
    public static async Task<PartitionLog> DescribeAsync(KafkaOptions options, TopicPartition partition, CancellationToken cancellationToken)
    {
        KafkaNativeLibrary.Require();
        return await Task.Run(
            () =>
            {
                using var consumer = Make(options);
                return Extent(options, consumer, partition);
            },
            cancellationToken).WaitAsync(cancellationToken);
    }

    public async IAsyncEnumerable<DeliveredRecord> ReadAsync(long fromOffset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        KafkaNativeLibrary.Require();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = Channel.CreateBounded<DeliveredRecord>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        // The client's consume call blocks, so it has a thread of its own.
        var reading = Task.Factory.StartNew(() => PumpAsync(fromOffset, found.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        try
        {
            await foreach (var record in found.Reader.ReadAllAsync(cancellationToken))
                yield return record;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    private async Task PumpAsync(long fromOffset, ChannelWriter<DeliveredRecord> found, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            using var consumer = Make(options);
            var log = Extent(options, consumer, partition);
            if (fromOffset > log.EndOffset)
                throw new DeliveryChannelException($"The log of {partition.Topic}[{partition.Partition.Value}] ends at offset {log.EndOffset}, before {fromOffset}: it was cut or made anew.");
            var next = Math.Max(fromOffset, log.StartOffset);
            if (next < log.EndOffset)
            {
                consumer.Assign(new TopicPartitionOffset(partition, next));
                await ReadUntilAsync(consumer, log.EndOffset, found, cancellationToken);
            }
        }
        catch (KafkaException e)
        {
            failure = new DeliveryChannelException($"The log of {partition.Topic}[{partition.Partition.Value}] cannot be read: {e.Error.Code}.", e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The reader has gone.
        }
        catch (DeliveryChannelException e)
        {
            failure = e;
        }
        finally
        {
            found.TryComplete(failure);
        }
    }

    private async Task ReadUntilAsync(IConsumer<Ignore, Ignore> consumer, long end, ChannelWriter<DeliveredRecord> found, CancellationToken cancellationToken)
    {
        var progress = clock.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(TimeSpan.FromMilliseconds(200));
            if (result is null)
            {
                if (clock.GetElapsedTime(progress) > options.StallAfter)
                    throw new DeliveryChannelException($"The log of {partition.Topic}[{partition.Partition.Value}] gave nothing for {options.StallAfter}.");
                continue;
            }

            progress = clock.GetTimestamp();
            if (!result.IsPartitionEOF && KafkaHeaders.Read(result.Offset.Value, result.Message.Headers) is { } record)
                await found.WriteAsync(record, cancellationToken);
            if (result.IsPartitionEOF || result.Offset.Value + 1 >= end)
                return;
        }
    }

    private static PartitionLog Extent(KafkaOptions options, IConsumer<Ignore, Ignore> consumer, TopicPartition partition)
    {
        try
        {
            var marks = consumer.QueryWatermarkOffsets(partition, options.RequestTimeout);
            return new PartitionLog(marks.Low.Value, marks.High.Value);
        }
        catch (KafkaException e)
        {
            throw new DeliveryChannelException($"The log of {partition.Topic}[{partition.Partition.Value}] cannot be looked up: {e.Error.Code}.", e);
        }
    }

    private static IConsumer<Ignore, Ignore> Make(KafkaOptions options) =>
        new ConsumerBuilder<Ignore, Ignore>(KafkaClientSettings.Consumer(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
}
