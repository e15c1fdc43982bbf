using System.Diagnostics.Metrics;
using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Tests.Normalization;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Processing;

/// <summary>Messages are checked beside their way, and what there is no time for is counted.</summary>
public sealed class MessageFindingsTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FileJournal journal;
    private readonly JournaledMessages messages;

    public MessageFindingsTests()
    {
        journal = new FileJournal(folder.In("journal"));
        var directory = new CurrentDirectory { Value = new OrganizationDirectory([new Source { Number = 1, Id = "mercy", Kind = SourceKind.Hospital, Facilities = ["MERCY"] }], [], []) };
        messages = new JournaledMessages(journal, directory, new SourceSettings(new KnownResources()));
    }

    [Fact]
    public async Task What_waits_is_checked_and_what_comes_faster_is_counted()
    {
        using var workers = new StageWorkers(1);
        var findings = new MessageFindings(messages, workers, TimeProvider.System);
        var item = messages.Stage(new JournaledEntry(new EntryId(1), new EntryId(2), new JournalEntry(
            EntryKind.Hl7v2Message, 1, new DateTimeOffset(2026, 6, 20, 0, 0, 0, TimeSpan.Zero), "",
            Encoding.UTF8.GetBytes(new VisitMessage("A01", "C1", VisitWorld.Time(16)).ToString()))))!;
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

    public void Dispose()
    {
        journal.Dispose();
        folder.Dispose();
    }

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
