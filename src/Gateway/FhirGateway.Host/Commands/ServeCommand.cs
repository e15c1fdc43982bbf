using System.CommandLine;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Identity;
using FhirGateway.Adapters.Threads;
using FhirGateway.Host.Control;
using FhirGateway.Host.Security;

namespace FhirGateway.Host.Commands;

/// <summary><c>serve</c>: runs the gateway until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>After this a stop is no longer waited for.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan ServerStopWithin = TimeSpan.FromSeconds(8);

    public static Command Create(Session session)
    {
        var command = new Verb("serve", "Runs the gateway. Ready when it says so on standard error; SIGTERM or Ctrl-C stops it",
            "serve",
            "serve --data /var/lib/fhir-gateway --http 127.0.0.1:8080 --mllp 127.0.0.1:2575",
            "serve --mllp-tls 0.0.0.0:2576");
        var data = DataDirectory.Option();
        var http = new Option<string?>("--http") { Description = "Address of the API; port 0 takes a free one [default: 127.0.0.1:8080]", HelpName = "HOST:PORT" };
        var mllp = new Option<string?>("--mllp") { Description = "Address of the HL7v2 listener, loopback only [default: 127.0.0.1:2575]", HelpName = "HOST:PORT" };
        var mllpTls = new Option<string?>("--mllp-tls")
        {
            Description = "Address of the HL7v2 listener with TLS; its certificate is Gateway__Mllp__CertificateFile [default: none]",
            HelpName = "HOST:PORT",
        };
        command.Add(data);
        command.Add(http);
        command.Add(mllp);
        command.Add(mllpTls);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (session.IsServed)
                throw new VerbFault("A gateway serves this data directory already.");
            var given = new Dictionary<string, string?>
            {
                ["Gateway:DataDirectory"] = parsed.GetValue(data),
                ["Gateway:Http:Address"] = parsed.GetValue(http),
                ["Gateway:Mllp:Address"] = parsed.GetValue(mllp),
                ["Gateway:Mllp:TlsAddress"] = parsed.GetValue(mllpTls),
            };
            var options = Settings.Read(given.Where(g => g.Value is not null).ToDictionary(), listens: true);
            return RunAsync(session, options, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Session session, GatewayOptions options, CancellationToken cancellationToken)
    {
        var directory = session.PathOf(options.DataDirectory);
        DataDirectory.Check(directory, makes: true);
        using var owner = OwnerLock.TryTake(directory)
            ?? throw new VerbFault($"The data directory {directory} is owned by {DataDirectory.Holder(directory)}: stop it first, or choose another with --data");
        ThreadNice.StartPool();
        using var logs = Settings.Logs(LogLevel.Warning);
        await using var delivery = KafkaDelivery.Open(logs);
        await using var engine = await Engine.StartAsync(directory, options.Audit.CheckpointPath, TimeProvider.System, logs, cancellationToken, options.Feeds.Rules);
        if (options.Audit.CheckpointPath is null)
        {
            await session.Error.WriteLineAsync($"Warning: audit checkpoints lie beside the data they protect, in {Path.Combine(directory, "checkpoints")}. "
                + "Set Gateway__Audit__CheckpointPath to a place that whoever can write the data cannot.");
        }

        var gateway = new RunningGateway(engine, new ClientDirectory(engine.Egress, engine.Store, engine.Clock, logs.CreateLogger<ClientDirectory>()));
        await gateway.Clients.LoadAsync(cancellationToken);
        delivery?.Start(engine);
        using var outbound = new Outbound(engine.Egress, engine.Clock, logs);
        engine.StartBulkSubmit(outbound, new BulkSubmitOptions());
        engine.StartExports(outbound, new ExportOptions(), onlySource: null, owns: false);
        foreach (var warning in engine.Organizations.Value.Sources.SelectMany(ConnectionWarnings.Of))
            await session.Error.WriteLineAsync(warning);
        using var key = TokenKey.Open(Path.Combine(directory, "keys"));
        await using var listeners = MllpListeners.Open(session, options.Mllp, engine, logs);
        var isListening = false;
        await using var server = GatewayServer.Build(options, engine, key, gateway.Clients, () => Volatile.Read(ref isListening), logs);
        using var control = new ControlServer(directory, (args, cwd, output, error, token) => RunVerbAsync(gateway, args, cwd, output, error, token), logs.CreateLogger<ControlServer>());
        await control.StartAsync(cancellationToken);
        try
        {
            await StartAsync(server, options, cancellationToken);
            gateway.Address = new Uri(options.Http.PublicUrl ?? GatewayServer.AddressOf(server).GetLeftPart(UriPartial.Authority));
            var mllp = await listeners.StartAsync(server.Services.GetRequiredService<RefusalLog>().Note);
            engine.StartFeedWatch(() => listeners.Connected);
            Volatile.Write(ref isListening, true);
            await session.Error.WriteLineAsync($"ready {GatewayServer.AddressOf(server).GetLeftPart(UriPartial.Authority)} {mllp}");
            await WaitAsync(engine, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref isListening, false);
            await listeners.StopAsync();
            await control.StopAsync(CancellationToken.None);
            using var deadline = new CancellationTokenSource(ServerStopWithin, TimeProvider.System);
            await server.StopAsync(deadline.Token);
        }

        if (!engine.Failed.IsFaulted)
            return ExitCodes.Fine;
        await session.Error.WriteLineAsync("The gateway stopped by a fault; see the log above. What was acknowledged is safe and goes on at the next start.");
        return ExitCodes.Findings;
    }

    private static async Task WaitAsync(Engine engine, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await Task.WhenAny(stopped.Task, engine.Failed);
    }

    private static async Task StartAsync(WebApplication server, GatewayOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new VerbFault($"The API cannot listen on {options.Http.Address}: {e.Message} Choose another with --http");
        }
    }

    private static Task<int> RunVerbAsync(
        RunningGateway gateway, string[] args, string workingDirectory, TextWriter output, TextWriter error, CancellationToken cancellationToken) =>
        CommandLine.RunAsync(
            args, new Session { Args = args, WorkingDirectory = workingDirectory, Output = output, Error = error, Gateway = gateway }, cancellationToken);
}
