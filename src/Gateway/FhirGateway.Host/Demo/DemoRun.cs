using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Host.Control;
using FhirGateway.Processing;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Participants;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;
using Names = FhirGateway.Simulation.Worlds.Cast;

namespace FhirGateway.Host.Demo;

/// <summary>
/// The whole job on one machine: a gateway in a process of its own, a payer that it pulls from and one that submits, a hospital on
/// MLLP, two ACOs reading their streams. Everything that arrives is compared with the script of the world.
/// </summary>
internal sealed class DemoRun(DemoOptions options, TextWriter error, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly World world = World.Create(new WorldOptions
    {
        People = options.People,
        Seed = options.Seed,
        Today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
        // Some come again: returns and revisits are part of the job.
        VisitsPerPatient = 2,
    });

    /// <summary>Runs it; throws <see cref="IOException"/> if the gateway cannot be started or refuses what it must take.</summary>
    public async Task<DemoResult> RunAsync(string directory, CancellationToken cancellationToken)
    {
        await using var gateway = await GatewayProcess.StartAsync(Environment.ProcessPath!, directory, cancellationToken);
        await error.WriteLineAsync($"gateway on {gateway.Http} and MLLP {gateway.Mllp}, data in {directory}");
        var clients = await RegisterAsync(directory, cancellationToken);
        var script = new HospitalScript(world);
        var hospital = new HospitalSimulator(
            new HospitalOptions { Gateway = gateway.Mllp, MessagesPerSecond = script.Messages.Length / (options.Seconds * 0.8) }, clock);
        var consumers = Names.Participants.Select(p => new ParticipantSimulator(p, http, clients[p], clock)).ToList();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = consumers.Select(c => c.RunAsync(StreamNames.All, LongPoll, reading.Token)).ToList();
        using var showing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = ShowAsync(hospital, script, consumers, showing.Token);
        try
        {
            await SendAsync(directory, hospital, script, clients, cancellationToken);
            var report = await CheckAsync(new TruthCheck(WorldTruth.Of(world, script)), hospital, consumers, cancellationToken);
            await showing.CancelAsync();
            await progress;
            var status = JsonSerializer.Deserialize<GatewayStatus>(await TellAsync(directory, cancellationToken, "status"))!;
            using var output = new StringWriter();
            var verified = await ControlClient.RunAsync(directory, ["audit", "verify"], directory, output, output, cancellationToken) == 0;
            return new DemoResult(report, status, hospital.Ledger, verified, output.ToString().Trim());
        }
        finally
        {
            await reading.CancelAsync();
            await Task.WhenAll(readers);
            foreach (var consumer in consumers)
                consumer.Dispose();
            foreach (var client in clients.Values)
                client.Dispose();
        }
    }

    public void Dispose() => http.Dispose();

    private async Task SendAsync(
        string directory, HospitalSimulator hospital, HospitalScript script, Dictionary<string, ClientFile> clients, CancellationToken cancellationToken)
    {
        // Who is whose comes first: an ADT event of a person nobody knows yet is released when the person is known, as its visit
        // then stands, and the script expects every event.
        await using var payers = await DemoPayers.StartAsync(world, http, clients, (verb, cancel) => TellAsync(directory, cancel, verb), clock, cancellationToken);
        await payers.SendPeopleAsync(cancellationToken);
        await SettleAsync(directory, cancellationToken);
        await Task.WhenAll(hospital.RunAsync(script.Messages, cancellationToken), payers.SendRecordsAsync(cancellationToken));
        await SettleAsync(directory, cancellationToken);
    }

    /// <summary>Waits until the gateway has worked through what it accepted.</summary>
    private async Task SettleAsync(string directory, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = JsonSerializer.Deserialize<GatewayStatus>(await TellAsync(directory, cancellationToken, "status"))!;
            if (status.Submissions.GetValueOrDefault("pending") == 0 && status.Submissions.Count > 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
    }

    /// <summary>Compares until all is right, or nothing new has come for a while.</summary>
    private async Task<TruthReport> CheckAsync(
        TruthCheck check, HospitalSimulator hospital, List<ParticipantSimulator> consumers, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + Grace;
        while (true)
        {
            var before = consumers.Sum(c => c.Received);
            var ledgers = consumers.ToImmutableDictionary(c => c.Participant, c => c.Ledger, StringComparer.Ordinal);
            var report = check.Run(Saboteur.Apply(options.Sabotage, ledgers, options.Seed), hospital.Ledger);
            // What is not needed may still be on its way: let the streams fall silent once before it counts as right.
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            var quiet = consumers.Sum(c => c.Received) == before;
            if (quiet && (report.IsRight || options.Sabotage != Sabotage.None || clock.GetUtcNow() > deadline))
                return report;
        }
    }

    private async Task<Dictionary<string, ClientFile>> RegisterAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (var payer in Names.Payers)
            await TellAsync(directory, cancellationToken, "source", "add", payer, "--kind", "payer");
        await TellAsync(directory, cancellationToken, "source", "add", Names.Hospital, "--kind", "hospital", "--facility", Names.HospitalFacility);
        foreach (var participant in Names.Participants)
            await TellAsync(directory, cancellationToken, "participant", "add", participant);
        var clients = new Dictionary<string, ClientFile>(StringComparer.Ordinal);
        foreach (var (name, option) in Names.Payers.Select(p => (p, "--source")).Concat(Names.Participants.Select(p => (p, "--participant"))))
        {
            var path = Path.Combine(directory, name + ".client.json");
            await TellAsync(directory, cancellationToken, "client", "add", option, name, "--out", path);
            clients[name] = await ClientFile.LoadAsync(path, cancellationToken);
        }

        return clients;
    }

    private static async Task<string> TellAsync(string directory, CancellationToken cancellationToken, params string[] verb)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var exit = await ControlClient.RunAsync(directory, verb, directory, output, messages, cancellationToken);
        return exit == 0 ? output.ToString() : throw new IOException($"'{string.Join(' ', verb)}' ended with {exit}: {messages}");
    }

    private async Task ShowAsync(
        HospitalSimulator hospital, HospitalScript script, List<ParticipantSimulator> consumers, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Terminal ? 1 : 5), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var line = $"{clock.GetElapsedTime(started).TotalSeconds,4:F0} s  ADT {hospital.Answered,6}/{script.Messages.Length} answered   "
                    + string.Join("   ", consumers.Select(c => $"{c.Participant} {c.Received,7} events"));
                await error.WriteAsync(options.Terminal ? "\r" + line : line + Environment.NewLine);
            }
        }
        catch (OperationCanceledException)
        {
            if (options.Terminal)
                await error.WriteLineAsync();
        }
    }
}
