using Confluent.Kafka;
using FhirGateway.Publications;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using DeliveryReport = FhirGateway.Publications.DeliveryReport;

namespace FhirGateway.Adapters.Kafka;

/// <summary>
/// Delivers to Kafka with an idempotent producer (acks=all). Needs no transactions of the broker. A producer that reports
/// a fatal error, or stays silent for <see cref="KafkaOptions.StallAfter"/>, is replaced.
/// </summary>
public sealed partial class KafkaDeliveryChannel : IDeliveryChannel, IAsyncDisposable
{
    // Reports that were on their way when a producer broke are worth a moment: each spares a repeat.
    private static readonly TimeSpan LastReports = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetireWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseBetweenProducers = TimeSpan.FromSeconds(1);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<KafkaDeliveryChannel> _logger;
    private readonly KafkaTopics _topics;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private KafkaProducerLife? _producer;
    private long _madeAt;
    private Task _retiring = Task.CompletedTask;
    private bool _disposed;

    public KafkaDeliveryChannel(IOptions<KafkaOptions> options, TimeProvider clock, ILogger<KafkaDeliveryChannel> logger)
    {
        _options = options.Value;
        _clock = clock;
        _logger = logger;
        _topics = new KafkaTopics(_options, clock);
    }

    public Task<DeliveryTopic> ProvisionAsync(string topic, CancellationToken cancellationToken) => _topics.ProvisionAsync(topic, cancellationToken);

    public Task<PartitionLog> DescribeLogAsync(string topic, int partition, CancellationToken cancellationToken) =>
        KafkaPartitionReader.DescribeAsync(_options, new TopicPartition(topic, partition), cancellationToken);

    public IAsyncEnumerable<DeliveredRecord> ReadBackAsync(string topic, int partition, long fromOffset, CancellationToken cancellationToken) =>
        new KafkaPartitionReader(_options, _clock, new TopicPartition(topic, partition)).ReadAsync(fromOffset, cancellationToken);

    public async Task<IReadOnlyList<DeliveryReport>> SendAsync(IReadOnlyList<OutgoingRecord> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return [];
        var producer = await GetProducerAsync(cancellationToken);
        var sending = new KafkaBatch(batch.Count);
        try
        {
            for (var i = 0; i < batch.Count; i++)
                await producer.EnqueueAsync(sending, i, batch[i], cancellationToken);
            await WaitForReportsAsync(producer, sending, cancellationToken);
        }
        finally
        {
            sending.Close();
            if (producer.Broken.IsCompleted)
                await RetireAsync(producer);
        }

        return sending.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _disposed = true;
            if (_producer is { } last)
                _retiring = Task.WhenAll(_retiring, Task.Run(last.Dispose));
            _producer = null;
        }
        finally
        {
            _gate.Release();
        }

        await _retiring;
    }

    private async Task WaitForReportsAsync(KafkaProducerLife producer, KafkaBatch sending, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        while (!sending.Done.IsCompleted && !producer.Broken.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(sending.Done, producer.Broken, Task.Delay(_options.StallAfter, _clock, waiting.Token));
            cancellationToken.ThrowIfCancellationRequested();
            if (!sending.Done.IsCompleted && producer.IsSilentSince(started))
                producer.GiveUp("stalled");
            await waiting.CancelAsync();
        }

        if (!sending.Done.IsCompleted)
            await Task.WhenAny(sending.Done, Task.Delay(LastReports, _clock, cancellationToken));
    }

    private async Task<KafkaProducerLife> GetProducerAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_producer is { Broken.IsCompleted: false } current)
                return current;
            if (_producer is not null)
                StartRetiring(_producer);
            if (_madeAt != 0 && _clock.GetElapsedTime(_madeAt) is var age && age < PauseBetweenProducers)
                await Task.Delay(PauseBetweenProducers - age, _clock, cancellationToken);
            // The old one must be silent before the new one speaks, or its last requests could arrive in between.
            await Task.WhenAny(_retiring, Task.Delay(RetireWithin, _clock, cancellationToken));
            KafkaNativeLibrary.Require();
            _producer = Make();
            _madeAt = _clock.GetTimestamp();
            return _producer;
        }
        finally
        {
            _gate.Release();
        }
    }

    private KafkaProducerLife Make()
    {
        try
        {
            return new KafkaProducerLife(_options, _clock, error => Log.ClientError(_logger, error.Code, error.IsFatal));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new DeliveryChannelException($"Kafka cannot start with the settings of {KafkaOptions.Section}; check the names and values under Properties: {e.Message}", e);
        }
    }

    private async Task RetireAsync(KafkaProducerLife producer)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (ReferenceEquals(_producer, producer))
                StartRetiring(producer);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void StartRetiring(KafkaProducerLife producer)
    {
        _producer = null;
        _retiring = Task.WhenAll(_retiring, RetireOneAsync(producer));
    }

    private async Task RetireOneAsync(KafkaProducerLife producer)
    {
        Log.ProducerReplaced(_logger, await producer.Broken);
        await Task.Run(producer.Dispose);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka client reports {Code} (fatal: {Fatal})")]
        public static partial void ClientError(ILogger logger, ErrorCode code, bool fatal);

        [LoggerMessage(Level = LogLevel.Error, Message = "Kafka producer replaced after {Reason}; what it did not report is sent again")]
        public static partial void ProducerReplaced(ILogger logger, string reason);
    }
}
