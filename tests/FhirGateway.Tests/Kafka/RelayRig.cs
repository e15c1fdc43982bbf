using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Kafka;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Publications;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.Kafka;

/// <summary>A state store and a relay over the mock cluster; the relay can be stopped and started like a process.</summary>
internal sealed class RelayRig : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("relay-");
    private readonly BodyFiles bodies;
    private readonly StreamSignals signals = new();
    private readonly CurrentDirectory directory = new();
    private CancellationTokenSource? stop;
    private Task running = Task.CompletedTask;
    private KafkaDeliveryChannel? channel;

    private RelayRig(MockKafka kafka)
    {
        Kafka = kafka;
        bodies = new BodyFiles(Path.Combine(folder.FullName, "bodies"));
        Store = new SqliteStateStore(Path.Combine(folder.FullName, "state.db"), bodies, signals, TimeProvider.System);
        Reader = new SqliteReader(Path.Combine(folder.FullName, "state.db"));
    }

    public MockKafka Kafka { get; }
    public SqliteStateStore Store { get; }
    public SqliteReader Reader { get; }
    public Relay? Relay { get; private set; }

    /// <summary>Takes the place of the stream log, so that a test can come between two reads.</summary>
    public Func<IStreamLog, IStreamLog> Streams { get; set; } = log => log;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RelayRig> CreateAsync(int partitions, params string[] participants)
    {
        var rig = new RelayRig(MockKafka.Start(1));
        foreach (var participant in participants)
            await rig.AddAsync(participant, partitions);
        return rig;
    }

    public async Task AddAsync(string participant, int partitions)
    {
        foreach (var stream in StreamNames.All)
            Kafka.CreateTopic(Topic(participant, stream), partitions);
        directory.Value = await Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Organizations.Save(new Participant { Id = participant });
            return tx.Organizations.Load();
        }, Cancel);
    }

    public static string Topic(string participant, string stream = StreamNames.Adt) => TopicName.Of("hie", participant, stream);

    public int NumberOf(string participant) => directory.Value.FindParticipant(participant)!.Number;

    public void Start(Action<KafkaOptions>? change = null)
    {
        stop = new CancellationTokenSource();
        channel = Kafka.Channel(o =>
        {
            o.RequestTimeout = TimeSpan.FromSeconds(2);
            change?.Invoke(o);
        });
        var options = new RelayOptions { TopicPrefix = "hie", FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(200) };
        Relay = new Relay(new RelayParts(Store, Streams(Reader), bodies, signals, channel, options, TimeProvider.System), directory, NullLogger<Relay>.Instance);
        running = RunAsync(Relay, stop.Token);
    }

    public async Task StopAsync()
    {
        if (stop is null)
            return;
        await stop.CancelAsync();
        await running;
        await channel!.DisposeAsync();
        stop.Dispose();
        stop = null;
    }

    /// <summary>Publishes events as the publisher does; <paramref name="key"/> null is an event of no person.</summary>
    public Task PublishAsync(string participant, string stream, params (string? Key, string Data)[] events) => Store.WriteAsync(StateLane.Messages, tx =>
    {
        var number = NumberOf(participant);
        foreach (var (key, data) in events)
        {
            tx.Publications.Insert(new Publication
            {
                Participant = number,
                Stream = stream,
                Sequence = tx.Publications.Next(number, stream),
                Type = EventTypes.AdtAdmit,
                Time = "2026-01-02T03:04:05-05:00",
                Source = "hospital-1",
                Person = key is null ? 0 : 1 + key.Length,
                PersonKey = key,
                Origin = "C1",
                Resource = 1,
                Body = tx.Resources.StoreBody(Encoding.UTF8.GetBytes(data)),
                AcceptedAt = DateTimeOffset.UnixEpoch,
                PublishedAt = DateTimeOffset.UnixEpoch,
            });
        }

        return true;
    }, Cancel);

    public Task PublishManyAsync(string participant, int count, int persons = 17, string stream = StreamNames.Adt) =>
        PublishAsync(participant, stream, [.. Enumerable.Range(1, count).Select(n => (n % persons == 0 ? null : $"key-{n % persons}", $"{{\"n\":{n}}}"))]);

    public Task WithdrawAsync(string participant, long sequence, long by) => Store.WriteAsync(StateLane.Messages, tx =>
    {
        tx.Publications.MarkWithdrawn(NumberOf(participant), StreamNames.Adt, sequence, by);
        return true;
    }, Cancel);

    public RelayStatus StatusOf(string participant, string stream = StreamNames.Adt) =>
        Relay!.Status.FirstOrDefault(s => s.Participant == participant && s.Stream == stream) ?? new RelayStatus(participant, stream, "", RelayState.Checking, null, 0, 0);

    public async Task WaitAsync(string participant, Func<RelayStatus, bool> until, string stream = StreamNames.Adt)
    {
        var clock = Stopwatch.StartNew();
        while (!until(StatusOf(participant, stream)))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(25), $"in vain: {StatusOf(participant, stream)}");
            await Task.Delay(20, Cancel);
        }
    }

    /// <summary>Every record of a topic, per partition in order.</summary>
    public List<ConsumeResult<string, string>> Consume(string topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<string, string>(
            new ConsumerConfig { BootstrapServers = Kafka.Bootstraps, GroupId = "test", EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        var all = new List<ConsumeResult<string, string>>();
        for (var partition = 0; partition < partitions; partition++)
        {
            consumer.Assign(new TopicPartitionOffset(topic, partition, 0));
            while (consumer.Consume(TimeSpan.FromSeconds(10)) is { IsPartitionEOF: false } result)
                all.Add(result);
        }

        return all;
    }

    /// <summary>The entries of a stream as a reader over HTTP gets them.</summary>
    public List<string> Entries(string participant, string stream = StreamNames.Adt)
    {
        var found = Reader.Read(NumberOf(participant), stream, 0, int.MaxValue);
        return [.. found.Select(p => Encoding.UTF8.GetString(StreamEntryJson.Write(p, participant, p.Withdrawn is null ? bodies.Read(p.Body) : [])))];
    }

    public long HandedOverUpTo() => Store.WriteAsync(StateLane.Messages, tx => tx.Publications.DeliveredUpTo(1, StreamNames.Adt), Cancel).GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Store.Dispose();
        Reader.Dispose();
        bodies.Dispose();
        Kafka.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task RunAsync(Relay relay, CancellationToken cancellationToken)
    {
        try
        {
            await relay.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
