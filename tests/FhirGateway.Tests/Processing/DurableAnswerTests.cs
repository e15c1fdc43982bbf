using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

/// <summary>No message is answered with AA before it is durable, nor if it cannot be made so.</summary>
public sealed class DurableAnswerTests
{
    private static readonly Source Hospital = new()
    {
        Number = 1, Id = "hospital", Kind = SourceKind.Hospital, Facilities = ["MERCY"], Feed = new MessageFeed { RefusesChangedRepeats = true },
    };

    private readonly SlowDisk disk = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 6, 15, 15, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_answer_waits_for_the_disk()
    {
        var answer = Intake().ReceiveAsync(Message("C1"), TestContext.Current.CancellationToken).AsTask();
        await Task.WhenAny(answer, Task.Delay(100, TestContext.Current.CancellationToken));
        Assert.False(answer.IsCompleted);
        disk.Turn.SetResult(new EntryId(1));
        Assert.Contains("MSA|AA|C1", Text(await answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_disk_refuses_is_refused_and_its_control_id_is_free_for_whatever_comes()
    {
        var intake = Intake();
        disk.Turn.SetException(new IOException("full"));
        var refused = Text(await intake.ReceiveAsync(Message("C1"), TestContext.Current.CancellationToken));
        Assert.Contains("MSA|AR|C1", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("MSA|AA", refused, StringComparison.Ordinal);
        disk.Turn = new TaskCompletionSource<EntryId>();
        disk.Turn.SetResult(new EntryId(1));
        Assert.Contains("MSA|AA|C1", Text(await intake.ReceiveAsync(Message("C1", "A08"), TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    private MessageIntake Intake() => new(
        disk, new CurrentDirectory { Value = new OrganizationDirectory([Hospital], [], []) }, clock, NullLogger<MessageIntake>.Instance,
        new ControlIds(_ => false, () => new EntryId(0)));

    private static byte[] Message(string control, string trigger = "A01") => Encoding.UTF8.GetBytes(Adt(trigger, control, "20260615080000-0500"));

    private static string Text(MessageReply reply) => Encoding.UTF8.GetString(reply.First.Span);

    /// <summary>A journal that is as slow as the test wants.</summary>
    private sealed class SlowDisk : IJournal
    {
        public TaskCompletionSource<EntryId> Turn { get; set; } = new();

        public EntryId End => new(0);

        public ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken) => new(Turn.Task);

        public IReadOnlyList<JournaledEntry> Read(EntryId from, int most) => [];

        public Task WaitAsync(EntryId from, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
