using System.Collections.Concurrent;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Identity;
using FhirGateway.Host;
using FhirGateway.Host.Commands;
using FhirGateway.IntegrationTests.Faults;
using Microsoft.Extensions.Logging;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// The gateway's engine in this process, with the same verbs, but in a hurry: every pause before something is tried again is a
/// fraction of what production waits, so that what fails for good has failed within seconds.
/// </summary>
internal sealed class PacedGateway : BulkHost, IAsyncDisposable, ILoggerProvider
{
    private readonly ConcurrentQueue<string> log = new();
    private readonly ILoggerFactory logs;
    private readonly RunningGateway running;
    private readonly Outbound outbound;

    private PacedGateway(string folder, Engine engine, ILoggerFactory logs)
    {
        Folder = folder;
        this.logs = logs;
        running = new RunningGateway(engine, new ClientDirectory(engine.Egress, engine.Store, engine.Clock, logs.CreateLogger<ClientDirectory>()));
        var egress = new EgressOptions { HeaderTimeout = TimeSpan.FromSeconds(5), RetryDelay = TimeSpan.FromMilliseconds(20), BreakerPause = TimeSpan.FromMilliseconds(500) };
        var download = new FileDownloadOptions { RetryDelay = TimeSpan.FromMilliseconds(20), LeastBytesPerSecond = 1024, SlowWindow = TimeSpan.FromSeconds(2) };
        outbound = new Outbound(egress, download, TimeProvider.System, logs);
        engine.StartBulkSubmit(outbound, new BulkSubmitOptions { RetryDelay = TimeSpan.FromMilliseconds(20) });
        engine.StartExports(outbound, new ExportOptions { Pace = 0.003, MostFaults = 5, MostWait = TimeSpan.FromMinutes(2) }, onlySource: null, owns: false);
    }

    public override string Folder { get; }
    public override string Log => string.Join('\n', log);

    public static async Task<PacedGateway> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-").FullName;
        var factory = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Debug));
        var engine = await Engine.StartAsync(Path.Combine(folder, "data"), null, TimeProvider.System, factory, default);
        var gateway = new PacedGateway(folder, engine, factory);
        factory.AddProvider(gateway);
        (await gateway.RunAsync("participant", "add", Participant, "--npi", "1234567893")).Expect(0);
        return gateway;
    }

    public override async Task<VerbOutcome> RunAsync(params string[] verb)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var session = new Session { Args = verb, WorkingDirectory = Folder, Output = output, Error = error, Gateway = running };
        var exit = await CommandLine.RunAsync(verb, session, TestContext.Current.CancellationToken);
        return new VerbOutcome(string.Join(' ', verb), exit, output.ToString(), error.ToString());
    }

    public ILogger CreateLogger(string categoryName) => new Lines(log);

    public void Dispose()
    {
        // Nothing is held: the factory disposes its providers.
    }

    public async ValueTask DisposeAsync()
    {
        await running.Engine.DisposeAsync();
        outbound.Dispose();
        logs.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Lines(ConcurrentQueue<string> log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue(formatter(state, exception) + exception);
    }
}
