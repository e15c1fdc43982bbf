using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Adapters.Egress;
using FhirGateway.Host;
using FhirGateway.Organizations;
using FhirGateway.Submissions;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.IntegrationTests.Submit;

public sealed class SubmitRestartTests
{
    private static readonly SubmitterIdentifier Submitter = new("urn:sub", "payer-a");

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was_and_fetches_nothing_twice()
    {
        var data = Directory.CreateTempSubdirectory("gateway-").FullName;
        await using var provider = await ScriptedProvider.StartAsync();
        provider.File("/first", SubmitWorld.Patients(3));
        provider.On("/second", http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        var manifest = provider.Manifest("/m", ("Patient", "/first"), ("Patient", "/second"));
        try
        {
            await RunAsync(data, async engine =>
            {
                Assert.Null(await engine.Registry.SaveAsync(
                    new Source { Id = "payer-a", Kind = SourceKind.Payer, Connection = new SourceConnection { Submitters = [Submitter], AllowedOrigins = [provider.Url] } }, "test", default));
                var answer = await engine.Submits.SubmitAsync(SourceOf(engine), "c-1", new BulkSubmitRequest
                {
                    Submitter = Submitter, SubmissionId = "sub-1", Status = SenderStatus.Completed, ManifestUrl = manifest, FhirBaseUrl = provider.Url,
                }, default);
                Assert.Null(answer.Fault);
                await UntilAsync(() => Task.FromResult(provider.Paths.Contains("/first") && provider.Paths.Contains("/second")));
                await Task.Delay(200);
            });
            provider.File("/second", SubmitWorld.Patients(2, from: 4));
            await RunAsync(data, async engine =>
            {
                await UntilAsync(async () => (await engine.Submits.FindAsync(SourceOf(engine), Submitter, "sub-1", default))!.Job.State == BulkJobState.Completed);
                Assert.Equal(5, engine.Reader.Status().Resources);
                Assert.Equal(1, engine.Reader.Status().Submissions.Values.Sum());
            });
            Assert.Single(provider.Paths, p => p == "/first");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static Source SourceOf(Engine engine) => engine.Organizations.Value.FindSource("payer-a")!;

    private static async Task RunAsync(string data, Func<Engine, Task> body)
    {
        using var outbound = new Outbound(new EgressOptions(), new FileDownloadOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await using var engine = await Engine.StartAsync(data, null, TimeProvider.System, NullLoggerFactory.Instance, default);
        engine.StartBulkSubmit(outbound, new BulkSubmitOptions());
        await body(engine);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30), "not so after 30 s");
            await Task.Delay(20);
        }
    }
}
