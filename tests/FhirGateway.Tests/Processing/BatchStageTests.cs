using System.Text.Json;
using FhirGateway.Episodes;
using FhirGateway.Journal;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>What comes together is written as its visit is going to stand, before any of it is in the state.</summary>
public sealed class BatchStageTests : IDisposable
{
    private static readonly VisitMessage Arrival = new("A04", "C1", Time(16)) { Class = "E", Place = "ED^1^1", Admitted = Time(16) };
    private static readonly VisitMessage Admission = new("A06", "C2", Time(16, 14)) { Admitted = Time(16), Prior = "ED^1^1" };
    private static readonly VisitMessage Discharge = new("A03", "C3", Time(18)) { Admitted = Time(16), Discharged = Time(18), Disposition = "01" };
    private static readonly VisitMessage Other = new("A01", "C4", Time(17)) { Visit = "V2", Mrn = "10", Admitted = Time(17) };

    private readonly StagedMessages staged = new();
    private readonly StageWorkers workers = new(2);

    [Fact]
    public async Task Each_message_of_a_visit_is_written_with_those_that_came_before_it()
    {
        var stage = Stage(new Known());
        var items = await stage.RunAsync(Entries(Arrival, Other, Admission, Discharge));
        Assert.Equal(["in-progress", "in-progress", "in-progress", "finished"], items.Select(StatusOf));
        Assert.Equal([1, 1, 2, 3], items.Select(i => i!.Expected!.Events.Length));
        Assert.Equal([1, 1, 2, 2], items.Select(ClassesOf));
        Assert.Same(items[2]!.Expected!.Now, items[3]!.Expected!.Before);
        Assert.Same(items[3]!.Expected!.Now!.Value, Assert.Single(items[3]!.Events).Episode);
        Assert.Equal(items.Select(i => i!.Entry.Id.Value), items.Select(i => i!.Expected!.Now!.Value.LatestEntry));
    }

    [Fact]
    public async Task More_messages_than_one_worker_takes_are_written_in_the_order_of_each_visit()
    {
        var sent = Enumerable.Range(0, 48).Select(i => new VisitMessage("A02", $"C{i}", Time(16, i / 16)) { Visit = $"V{i % 16}", Admitted = Time(16), Place = $"5S^{i / 16}^1" }).ToArray();
        var items = await Stage(new Known()).RunAsync(Entries(sent));
        for (var i = 0; i < sent.Length; i++)
            Assert.Equal(1 + i / 16, items[i]!.Expected!.Events.Length);
    }

    [Fact]
    public async Task What_the_batch_before_said_is_known_though_the_state_has_it_not_yet()
    {
        var stage = Stage(new Known());
        await stage.RunAsync(Entries(Arrival));
        var items = await stage.RunAsync(Entries(Admission));
        Assert.Equal(2, ClassesOf(Assert.Single(items)));
    }

    [Fact]
    public async Task What_the_state_has_is_known_and_what_cannot_be_foreseen_is_written_by_itself()
    {
        var before = (await Stage(new Known()).RunAsync(Entries(Arrival)))[0]!.Expected!;
        var known = new Known { Of = { ["MERCY|V1"] = before, ["MERCY|V2"] = null } };
        var items = await Stage(known).RunAsync(Entries(Admission, Other));
        Assert.Equal(2, ClassesOf(items[0]));
        Assert.Null(items[1]!.Expected);
        Assert.Equal("in-progress", StatusOf(items[1]));
    }

    [Fact]
    public async Task A_visit_with_very_many_messages_is_not_foreseen()
    {
        var updates = Enumerable.Range(0, ExpectedVisit.MostEvents + 1).Select(i => new VisitMessage("A08", $"C{i}", Time(16)) { Admitted = Time(16) });
        var items = await Stage(new Known()).RunAsync(Entries([.. updates]));
        Assert.NotNull(items[^2]!.Expected);
        Assert.Null(items[^1]!.Expected);
        Assert.NotEmpty(items[^1]!.Events);
    }

    [Fact]
    public async Task Expected_events_are_the_stored_ones_only_as_the_very_same()
    {
        var expected = (await Stage(new Known()).RunAsync(Entries(Arrival, Admission)))[1]!.Expected!;
        var events = expected.Events.Select(e => e.Value).ToList();
        Assert.True(expected.IsOf(events));
        events.Reverse();
        Assert.True(expected.IsOf(events));
        Assert.False(expected.IsOf(events[..1]));
        Assert.False(expected.IsOf([events[0], events[1] with { Trigger = "A08" }]));
    }

    public void Dispose()
    {
        workers.Dispose();
        staged.Dispose();
    }

    private BatchStage Stage(Known known) => new(staged.Messages, known, workers);

    private JournaledEntry[] Entries(params VisitMessage[] sent) => staged.Entries(sent);

    private static string StatusOf(MessageItem? item) => EncounterOf(item).GetProperty("status").GetString()!;

    private static int ClassesOf(MessageItem? item) => EncounterOf(item) is var visit && visit.TryGetProperty("classHistory", out var classes) ? classes.GetArrayLength() : 1;

    private static JsonElement EncounterOf(MessageItem? item)
    {
        using var bundle = JsonDocument.Parse(Assert.Single(item!.Events).Bundle);
        return bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .Single(r => r.GetProperty("resourceType").GetString() == "Encounter").Clone();
    }

    private sealed class Known : IVisitLookup
    {
        public Dictionary<string, ExpectedVisit?> Of { get; } = [];

        public ExpectedVisit? Find(int source, string visitKey) => Of.TryGetValue(visitKey, out var known) ? known : ExpectedVisit.Unheard;
    }
}
