using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using FhirGateway.Publications;

namespace FhirGateway.Adapters.Kafka;

/// <summary>One idempotent producer from its making to its end. After a fatal error it is of no use: the channel makes the next one.</summary>
internal sealed class KafkaProducerLife : IDisposable
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _stallAfter;
    private long _lastReport;
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KafkaProducerLife(KafkaOptions options, TimeProvider clock, Action<Error> onError)
    {
        _clock = clock;
        _stallAfter = options.StallAfter;
        _lastReport = clock.GetTimestamp();
        _producer = new ProducerBuilder<byte[], byte[]>(KafkaClientSettings.Producer(options))
            .SetErrorHandler((_, error) =>
            {
                onError(error);
                NoteFatal(error);
            })
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>When the last report came, or the producer was made: a clock timestamp.</summary>
    public long LastReport => Volatile.Read(ref _lastReport);

    /// <summary>Ends, with the error's code, when the producer can do no more.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>Gives the record to the client; its outcome is reported to <paramref name="batch"/>, now or later.</summary>
    public async Task EnqueueAsync(KafkaBatch batch, int index, OutgoingRecord record, CancellationToken cancellationToken)
    {
        var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(record.Key), Value = Bytes(record.Value), Headers = KafkaHeaders.Of(record) };
        var started = _clock.GetTimestamp();
        while (true)
        {
            if (batch.IsStopped(record))
            {
                batch.Report(index, record, Publications.DeliveryReport.NotDelivered(KafkaBatch.BehindFailed));
                return;
            }

            try
            {
                _producer.Produce(new TopicPartition(record.Topic, record.Partition), message, report =>
                {
                    Volatile.Write(ref _lastReport, _clock.GetTimestamp());
                    NoteFatal(report.Error);
                    batch.Report(index, record, KafkaBatch.Outcome(report.Error, report.Status, report.Offset.Value));
                });
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull && !_broken.Task.IsCompleted)
            {
                if (IsSilentSince(started))
                    GiveUp("stalled");
                await Task.Delay(QueueFullPause, _clock, cancellationToken);
            }
            catch (KafkaException e)
            {
                NoteFatal(e.Error);
                batch.Report(index, record, KafkaBatch.Outcome(e.Error, PersistenceStatus.NotPersisted, -1));
                return;
            }
            catch (ObjectDisposedException)
            {
                batch.Report(index, record, Publications.DeliveryReport.NotDelivered("producer-replaced"));
                return;
            }
        }
    }

    /// <summary>Gives this producer up, for instance because it went silent.</summary>
    public void GiveUp(string reason) => _broken.TrySetResult(reason);

    /// <summary>
    /// Whether nothing at all was reported for the stall time. A single topic that cannot be written is no reason to end the
    /// producer of all the others: its records wait in the client's queue.
    /// </summary>
    public bool IsSilentSince(long started) => _clock.GetElapsedTime(Math.Max(started, LastReport)) >= _stallAfter;

    public void Dispose() => _producer.Dispose();

    private void NoteFatal(Error error)
    {
        if (error.IsFatal || error.Code is ErrorCode.Local_Fatal or ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch)
            _broken.TrySetResult(error.Code.ToString());
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> value) =>
        MemoryMarshal.TryGetArray(value, out var segment) && segment.Offset == 0 && segment.Array!.Length == segment.Count ? segment.Array : value.ToArray();
}
