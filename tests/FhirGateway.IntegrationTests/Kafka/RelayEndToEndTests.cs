using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Contracts;
using FhirGateway.Host;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Worlds;
using FhirGateway.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Row = FhirGateway.Attributions.RosterRow;

namespace FhirGateway.IntegrationTests.Kafka;

/// <summary>Messages over MLLP in, Kafka topics out, read by consumers that nobody here wrote.</summary>
public sealed class RelayEndToEndTests
{
    private const int Partitions = 3;

    private const string Python = """
        import json, sys
        from kafka import KafkaConsumer, TopicPartition
        consumer = KafkaConsumer(bootstrap_servers=sys.argv[1].split(','), consumer_timeout_ms=5000, auto_offset_reset='earliest', enable_auto_commit=False)
        partitions = [TopicPartition(sys.argv[2], p) for p in range(int(sys.argv[3]))]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        left = int(sys.argv[4])
        for message in consumer if left else []:
            headers = {k: v.decode() for k, v in message.headers}
            print(json.dumps({'partition': message.partition, 'key': message.key.decode(), 'number': int(headers['ce_partitionsequence']), 'id': headers['ce_id'], 'value': message.value.decode()}))
            left -= 1
            if left == 0:
                break
        consumer.close()
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_in_over_mllp_is_read_by_kcat_as_the_stream_has_it() => await RunAsync(async (kafka, topic, _) =>
    {
        Assert.SkipUnless(await FindAsync("kcat", "-V") is not null, "kcat is not installed");
        var lines = await OutputAsync("kcat", "-q", "-b", kafka.Bootstraps, "-C", "-t", topic, "-o", "beginning", "-e", "-f", "%p\t%k\t%h\t%s\n");
        return [.. lines.Select(l => l.Split('\t', 4)).Select(f =>
        {
            var headers = f[2].Split(',').Select(h => h.Split('=', 2)).ToDictionary(h => h[0], h => h[1], StringComparer.Ordinal);
            return new Received(int.Parse(f[0], CultureInfo.InvariantCulture), f[1], long.Parse(headers[EventHeaders.PartitionSequence], CultureInfo.InvariantCulture), headers[EventHeaders.Id], f[3]);
        })];
    });

    [Fact]
    public async Task What_comes_in_over_mllp_is_read_by_python_kafka_as_the_stream_has_it() => await RunAsync(async (kafka, topic, count) =>
    {
        var python = await FindAsync("python3", "-c", "import kafka") ?? await FindAsync("/usr/bin/python3", "-c", "import kafka");
        Assert.SkipWhen(python is null, "python3-kafka is not installed");
        var lines = await OutputAsync(python!, "-c", Python, kafka.Bootstraps, topic, $"{Partitions}", $"{count}");
        return [.. lines.Select(l => JsonDocument.Parse(l).RootElement).Select(r => new Received(
            r.GetProperty("partition").GetInt32(), r.GetProperty("key").GetString()!, r.GetProperty("number").GetInt64(), r.GetProperty("id").GetString()!, r.GetProperty("value").GetString()!))];
    });

    private static async Task RunAsync(Func<MockKafka, string, int, Task<List<Received>>> consume)
    {
        using var kafka = MockKafka.Start(1);
        var world = World.Create(new WorldOptions { People = 300, Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime) });
        var folder = Directory.CreateTempSubdirectory("relay-");
        foreach (var topic in new[] { Cast.AcoEast, Cast.AcoWest }.SelectMany(p => StreamNames.All.Select(s => TopicName.Of("hie", p, s))))
            kafka.CreateTopic(topic, Partitions);
        try
        {
            await using var channel = kafka.Channel();
            await using var engine = await Engine.StartAsync(folder.FullName, null, TimeProvider.System, NullLoggerFactory.Instance, Cancel);
            var relay = engine.StartRelay(channel, new RelayOptions { TopicPrefix = "hie" });
            await FeedAsync(engine, world);
            var (read, alerts) = (0, 0);
            foreach (var participant in engine.Organizations.Value.Participants)
            {
                foreach (var stream in StreamNames.All)
                {
                    var count = await CompareAsync(engine, relay, kafka, participant, stream, consume);
                    read += count;
                    alerts += stream == StreamNames.Adt ? count : 0;
                }
            }

            Assert.True(read > 100 && alerts > 20, $"only {read} events, {alerts} of them ADT");
            Assert.Empty(engine.VerifyAudit(null).Faults);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FeedAsync(Engine engine, World world)
    {
        await engine.Registry.SaveAsync(new Source { Id = Cast.PayerA, Kind = SourceKind.Payer }, "test", Cancel);
        await engine.Registry.SaveAsync(new Source { Id = Cast.Hospital, Kind = SourceKind.Hospital, Facilities = [Cast.HospitalFacility] }, "test", Cancel);
        // Participants that are added while the relay runs.
        await engine.Registry.SaveAsync(new Participant { Id = Cast.AcoEast }, "test", Cancel);
        await engine.Registry.SaveAsync(new Participant { Id = Cast.AcoWest }, "test", Cancel);
        var line = 1;
        var rows = world.RosterOf(Cast.PayerA).Select(r => new Row
        {
            Line = ++line, Key = r.MemberId, Facts = new PatientFacts(), Participant = r.Participant, Start = r.Start, End = r.End, LocalId = r.LocalId,
        }).ToList();
        await engine.Rosters.LoadRosterAsync(engine.Organizations.Value.FindSource(Cast.PayerA)!, "test", rows, [], new RosterOptions(), Cancel);
        await using var listener = new MllpListener((message, _, ct) => engine.MessageIntake.ReceiveAsync(message, ct));
        var endpoint = await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var load = new MllpLoad(world, new MllpLoadOptions { Gateway = endpoint, Duration = TimeSpan.FromSeconds(2), MessagesPerSecond = 300, Connections = 4 }, TimeProvider.System);
        await load.RunAsync(Cancel);
        await engine.DrainAsync(Cancel);
        await listener.StopAsync();
    }

    private static async Task<int> CompareAsync(
        Engine engine, Relay relay, MockKafka kafka, Participant participant, string stream, Func<MockKafka, string, int, Task<List<Received>>> consume)
    {
        var expected = engine.Reader.Read(participant.Number, stream, 0, int.MaxValue)
            .Select(p => (p.Sequence, Entry: Encoding.UTF8.GetString(StreamEntryJson(engine, participant, p)))).ToList();
        var clock = Stopwatch.StartNew();
        while (relay.Status.FirstOrDefault(s => s.Participant == participant.Id && s.Stream == stream) is not { State: RelayState.Delivering } status || status.Settled < expected.Count)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), string.Join('\n', relay.Status));
            await Task.Delay(50, Cancel);
        }

        var got = await consume(kafka, TopicName.Of("hie", participant.Id, stream), expected.Count);
        var entries = got.Select(r => (r, Entry: JsonSerializer.Deserialize<StreamEntry>(r.Value)!)).ToList();
        Assert.Equal(expected.Select(e => e.Entry), entries.OrderBy(e => e.Entry.Sequence).Select(e => e.r.Value));
        Assert.All(entries, e => Assert.Equal((e.r.Id, e.r.Key), (e.Entry.Id, e.Entry.Person ?? "")));
        foreach (var partition in entries.GroupBy(e => e.r.Partition))
        {
            Assert.Equal(Enumerable.Range(1, partition.Count()).Select(n => (long)n), partition.Select(e => e.r.Number));
            Assert.Equal(partition.Select(e => e.Entry.Sequence).Order(), partition.Select(e => e.Entry.Sequence));
        }

        return got.Count;
    }

    private static byte[] StreamEntryJson(Engine engine, Participant participant, Publications.Publication p) =>
        Publications.StreamEntryJson.Write(p, participant.Id, p.Withdrawn is null && p.Inline is null ? engine.Bodies.Read(p.Body) : []);

    private static async Task<string?> FindAsync(string tool, params string[] arguments)
    {
        try
        {
            return (await TryAsync(tool, arguments)).ExitCode == 0 ? tool : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task<string[]> OutputAsync(string tool, params string[] arguments)
    {
        var (code, output, errors) = await TryAsync(tool, arguments);
        Assert.True(code == 0, $"{tool} exited {code}: {errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> TryAsync(string tool, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private sealed record Received(int Partition, string Key, long Number, string Id, string Value)
    {
        public override string ToString() => $"Received {Partition} {Number} {Id}";
    }
}
