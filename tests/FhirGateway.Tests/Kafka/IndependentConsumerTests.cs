using System.Diagnostics;
using System.Text.Json;
using FhirGateway.Publications;

namespace FhirGateway.Tests.Kafka;

/// <summary>Consumers that nobody here wrote read what the gateway delivered.</summary>
public sealed class IndependentConsumerTests
{
    private const string Topic = "hie.aco-1.adt.v1";
    private const int Count = 50;

    private const string Python = """
        import json, sys
        from kafka import KafkaConsumer, TopicPartition
        consumer = KafkaConsumer(bootstrap_servers=sys.argv[1].split(','), consumer_timeout_ms=8000, auto_offset_reset='earliest', enable_auto_commit=False)
        consumer.assign([TopicPartition(sys.argv[2], 0)])
        consumer.seek_to_beginning()
        left = int(sys.argv[3])
        for message in consumer:
            print(json.dumps({'key': message.key.decode(), 'value': message.value.decode(), 'headers': {k: v.decode() for k, v in message.headers}}))
            left -= 1
            if left == 0:
                break
        consumer.close()
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kcat_reads_the_topic()
    {
        Assert.SkipUnless(OnPath("kcat"), "kcat is not installed");
        using var kafka = MockKafka.Start();
        var sent = await SendAsync(kafka);
        var lines = await RunAsync("kcat", "-q", "-b", kafka.Bootstraps, "-C", "-t", Topic, "-p", "0", "-o", "beginning", "-e", "-f", "%k|%s|%h\n");
        Assert.Equal(
            sent.Select(r => $"{r.Key}|{Text(r)}|content-type=application/json,ce_specversion=1.0,ce_id={r.Id},ce_type={r.Type},ce_source={r.Source},ce_time={r.Time},ce_streamsequence={r.StreamSequence},ce_partitionsequence={r.PartitionSequence}"),
            lines);
    }

    [Fact]
    public async Task Python_kafka_reads_the_topic()
    {
        var python = await FindPythonAsync();
        Assert.SkipWhen(python is null, "python3-kafka is not installed");
        using var kafka = MockKafka.Start();
        var sent = await SendAsync(kafka);
        var lines = await RunAsync(python!, "-c", Python, kafka.Bootstraps, Topic, $"{Count}");
        var got = lines.Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(sent.Select(r => r.Key), got.Select(m => m.GetProperty("key").GetString()));
        Assert.Equal(sent.Select(Text), got.Select(m => m.GetProperty("value").GetString()));
        Assert.Equal(sent.Select(r => r.Id), got.Select(m => m.GetProperty("headers").GetProperty("ce_id").GetString()));
        Assert.Equal(8, got[0].GetProperty("headers").EnumerateObject().Count());
    }

    [Fact]
    public async Task Kcat_with_the_murmur2_partitioner_sends_a_key_to_the_partition_that_the_gateway_computes()
    {
        Assert.SkipUnless(OnPath("kcat"), "kcat is not installed");
        using var kafka = MockKafka.Start(1);
        kafka.CreateTopic(Topic, 6);
        foreach (var key in new[] { "person-a", "person-b", "p3" })
        {
            await RunAsync("sh", "-c", $"printf '%s:v' {key} | kcat -q -b {kafka.Bootstraps} -P -t {Topic} -K : -X partitioner=murmur2_random");
            var lines = await RunAsync("kcat", "-q", "-b", kafka.Bootstraps, "-C", "-t", Topic, "-p", $"{PartitionKey.PartitionOf(key, 6)}", "-o", "beginning", "-e", "-f", "%k\n");
            Assert.Contains(key, lines);
        }
    }

    private static string Text(OutgoingRecord record) => System.Text.Encoding.UTF8.GetString(record.Value.Span);

    private static async Task<List<OutgoingRecord>> SendAsync(MockKafka kafka)
    {
        kafka.CreateTopic(Topic, 1);
        await using var channel = kafka.Channel();
        var records = KafkaDeliveryChannelTests.Records(1, Count, 1);
        Assert.All(await channel.SendAsync(records, Cancel), r => Assert.Equal(DeliveryOutcome.Delivered, r.Outcome));
        return records;
    }

    /// <summary>The first Python that has the module; the one of the distribution need not be the first on the PATH.</summary>
    private static async Task<string?> FindPythonAsync()
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            if ((File.Exists(python) || OnPath(python)) && (await TryAsync(python, "-c", "import kafka")).ExitCode == 0)
                return python;
        }

        return null;
    }

    private static bool OnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task<string[]> RunAsync(string tool, params string[] arguments)
    {
        var (code, output, errors) = await TryAsync(tool, arguments);
        Assert.True(code == 0, $"{tool} exited {code}: {errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> TryAsync(string tool, params string[] arguments)
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
}
