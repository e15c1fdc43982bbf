using System.Globalization;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Mllp;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>A serving gateway for a class of tests, and beside it a good sender that must never notice anything.</summary>
public sealed class ServedWorld : IAsyncLifetime
{
    /// <summary>A name in every bad payload; it may appear in no answer, no output and no log.</summary>
    public const string Canary = "Zqcanaryphi";
    private readonly CancellationTokenSource ending = new();
    private Task sending = Task.CompletedTask;
    private int sent;

    public GatewayProcess Gateway { get; } = new();

    /// <summary>The good sender's messages answered AA so far.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>What the good sender got instead of AA; null while all is well.</summary>
    public string? Fault { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await FaultWorld.BuildAsync(Gateway);
        await FaultWorld.AddClientsAsync(Gateway);
        await Gateway.StartAsync();
        sending = Task.Run(SendAsync);
    }

    /// <summary>After each case: alive, the sender content, nothing said that must not be.</summary>
    public async Task CheckAsync(params string[] answers)
    {
        var before = Sent;
        for (var i = 0; i < 200 && Sent < before + 3; i++)
            await Task.Delay(25, TestContext.Current.CancellationToken);
        Assert.True(Sent >= before + 3, $"the good sender stands still after {before}: {Fault}\n{Gateway.Log}");
        Assert.Null(Fault);
        Assert.True(Gateway.IsRunning, Gateway.Log);
        foreach (var text in answers.Append(Gateway.Log))
        {
            Assert.DoesNotContain(Canary, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at FhirGateway", text, StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sending;
        ending.Dispose();
        await Gateway.DisposeAsync();
    }

    private async Task SendAsync()
    {
        try
        {
            using var connection = await MllpConnection.ConnectAsync(Gateway.Mllp, CancellationToken.None);
            while (!ending.IsCancellationRequested)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"GOOD{sent}");
                var answer = await connection.SendAsync(FaultWorld.Admit(sent % FaultWorld.Patients, "V" + id, id), CancellationToken.None);
                if (answer != new MllpAnswer("AA", id))
                    Fault ??= answer.ToString();
                Interlocked.Increment(ref sent);
                await Task.Delay(20);
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            Fault ??= e.Message;
        }
    }
}
