using System.Diagnostics.Metrics;
using System.Text;
using FhirGateway.FeedHealth;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

/// <summary>Messages are checked beside their way, and what there is no time for is counted.</summary>
public sealed class MessageFindingsTests : IDisposable
{
    private readonly StagedMessages staged = new();

    [Fact]
    public async Task What_waits_is_checked_and_what_comes_faster_is_counted()
    {
        using var workers = new StageWorkers(1);
        var findings = new MessageFindings(staged.Messages, workers, feeds: null, TimeProvider.System);
        var item = staged.Messages.Stage(staged.Entries(new VisitMessage("A01", "C1", VisitWorld.Time(16)))[0])!;
        var notChecked = NotChecked(() =>
        {
            for (var i = 0; i < 300; i++)
                findings.Offer(item);
            findings.Offer(item with { Events = [] });
        });
        Assert.Equal((44, 0), (notChecked, findings.Checked));
        using var stop = new CancellationTokenSource();
        var running = findings.RunAsync(stop.Token);
        for (var waited = 0; findings.Checked < 256 && waited < 600; waited++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(256, findings.Checked);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Errors_are_counted_for_the_sender_by_element_each_once_a_message()
    {
        using var workers = new StageWorkers(1);
        var feeds = new FeedLedger(staged.Directory, new FeedRules());
        var findings = new MessageFindings(staged.Messages, workers, feeds, TimeProvider.System);
        var item = staged.Messages.Stage(staged.Entries(new VisitMessage("A01", "C1", VisitWorld.Time(16)))[0])!;
        var sound = Encoding.UTF8.GetString(item.Events[0].Bundle.Span);
        foreach (var bundle in new[] { sound, sound.Replace("\"female\"", "\"nobody\"", StringComparison.Ordinal), sound.Replace("\"female\"", "\"none\"", StringComparison.Ordinal) })
            findings.Offer(item with { Events = [item.Events[0] with { Bundle = Encoding.UTF8.GetBytes(bundle) }] });
        using var stop = new CancellationTokenSource();
        var running = findings.RunAsync(stop.Token);
        for (var waited = 0; findings.Checked < 3 && waited < 600; waited++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
        var tally = Assert.Single(feeds.TalliesOf(1));
        Assert.Equal((FeedTallyKind.Finding, "Patient.gender", "binding-required", 2L), (tally.Kind, tally.Location, tally.Value, tally.Count));
    }

    public void Dispose() => staged.Dispose();

    /// <summary>What the metric counts while something is done on this thread.</summary>
    private static long NotChecked(Action work)
    {
        var (thread, counted) = (Environment.CurrentManagedThreadId, 0L);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "fhirgateway.messages.not_validated")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => counted += Environment.CurrentManagedThreadId == thread ? measured : 0);
        listener.Start();
        work();
        return counted;
    }
}
