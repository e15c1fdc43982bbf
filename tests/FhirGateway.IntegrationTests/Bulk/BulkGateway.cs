using FhirGateway.Host.Control;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A gateway that serves in a process of its own, as in production, for a class of tests.</summary>
public sealed class BulkGateway : BulkHost, IAsyncLifetime
{
    public GatewayProcess Process { get; } = new();
    public override string Folder => Process.Folder;
    public override string Log => Process.Log;

    public async ValueTask InitializeAsync()
    {
        await Process.StartAsync();
        (await RunAsync("participant", "add", Participant, "--npi", "1234567893")).Expect(0);
        await Process.AddClientAsync("--participant", Participant);
    }

    /// <summary>Runs a verb at the gateway, over its control socket as the command line does.</summary>
    public override async Task<VerbOutcome> RunAsync(params string[] verb)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await ControlClient.RunAsync(Process.Data, verb, Folder, output, error, TestContext.Current.CancellationToken);
        return new VerbOutcome(string.Join(' ', verb), exit ?? throw new InvalidOperationException("nobody listens: " + Log), output.ToString(), error.ToString());
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
