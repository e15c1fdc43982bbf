using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.Processing;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.BulkSubmit;

public sealed class BulkSubmitStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_that_does_not_open_in_a_transaction_fails_nothing_else_that_is_written_with_it()
    {
        await using var rig = await SubmitRig.StartAsync();
        using var other = SecretBox.Open(rig.Folder.In("other.key"));
        using var foreign = rig.Foreign(other);
        var closed = await rig.SubmitAsync("sub-1", "/m", foreign);
        using var gate = new SemaphoreSlim(0);
        Task<int> Write(int value) => rig.Engine.Store.WriteAsync(StateLane.Messages, _ => value, Token);
        var holding = rig.Engine.Store.WriteAsync(StateLane.Messages, _ => gate.Wait(TimeSpan.FromSeconds(10), Token), Token);
        // Queued behind it, they are of one group.
        var before = Write(1);
        var change = rig.Submits.ChangeAsync(closed, s => s with { DeletedPolls = 7 }, Token);
        var after = Write(2);
        gate.Release();
        Assert.True(await holding);
        Assert.Equal((1, 2), (await before, await after));
        var fault = await Assert.ThrowsAsync<SealedSecretException>(() => change);
        Assert.Contains("keys/secrets.key", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await foreign.FindAsync(rig.Source, closed, Token))!.Submission.DeletedPolls);
    }

    [Fact]
    public void A_status_URL_of_an_export_sealed_with_another_key_ends_that_export_with_a_reason()
    {
        using var folder = new TestFolder();
        using var own = SecretBox.Open(folder.In("own.key"));
        using var other = SecretBox.Open(folder.In("other.key"));
        ExportJobs Jobs(SecretBox box) => new(null!, box, TimeProvider.System);
        var text = Jobs(other).Seal("j-1", new Uri("https://payer.example/status/1"));
        Assert.Contains("keys/secrets.key", Assert.Throws<ExportException>(() => Jobs(own).Unseal("j-1", text)).Message, StringComparison.Ordinal);
        Assert.Equal("https://payer.example/status/1", Jobs(other).Unseal("j-1", text).AbsoluteUri);
    }
}
