using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Quarantine;
using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.State;

/// <summary>What every state store must do.</summary>
public abstract partial class StateStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private IStateStore store = null!;

    /// <summary>Opens the store, or opens it again over what the last one left.</summary>
    protected abstract (IStateStore Store, IStreamLog Streams, IAuditLog Audit, StreamSignals Signals) Open();

    protected abstract void Close();

    protected IStreamLog Streams { get; private set; } = null!;
    protected IAuditLog Audit { get; private set; } = null!;
    protected StreamSignals Signals { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        (store, Streams, Audit, Signals) = Open();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Everything_committed_is_there_after_a_restart()
    {
        var id = new Guid("00000000-0000-5000-8000-000000000001");
        await Write(tx =>
        {
            tx.Organizations.Save(new Source { Id = "payer-a", Kind = SourceKind.Payer, Authorities = ["ACME"] });
            tx.Organizations.Save(new Participant { Id = "aco-one" });
            tx.Organizations.Save(new Agreement { Id = "g1", Source = "payer-a", Participant = "aco-one", Start = new DateOnly(2026, 1, 1) });
            tx.Messages.Watermark = 42;
            tx.Messages.SweptOn = new DateOnly(2026, 3, 1);
            tx.Submissions.Insert(new Submission { Id = "s-1", Source = 1, Entry = 7, Files = [new("s-1/0", "a.ndjson", 3, "00")], AcceptedAt = Noon });
            var record = tx.People.Insert(RecordKind.Patient, 1, "p1", null, new DemographicKey(id), 5);
            tx.People.SetIdentifiers(record.Number, [RecordIdentifier.Of("urn:x", "1")]);
            var stored = tx.Resources.Insert(Resource(id, record.Number) with { Body = tx.Resources.StoreBody("{}"u8) });
            tx.Resources.Save(new Held(stored.Number, 1, stored.Hash, 1, record.Person.Value, WithAmounts: true));
            tx.Publications.Insert(Event(1, "adt", 1));
            tx.Publications.SetDelivered(1, "adt", 1);
            tx.Quarantine.Hold(new QuarantinedItem { Source = 1, Entry = 9, Reason = "unsupported-event", Event = "A02" });
            tx.Reevaluations.Enqueue(record.Person);
            tx.Audit.Append(new AuditRecord(AuditKinds.Disclosure, "{}"), 1);
            return true;
        });
        Close();
        (store, Streams, Audit, Signals) = Open();
        await Write(tx =>
        {
            var directory = tx.Organizations.Load();
            Assert.Equal("ACME", Assert.Single(directory.FindSource("payer-a")!.Authorities));
            Assert.Equal(new DateOnly(2026, 1, 1), Assert.Single(directory.Between(1, 1)).Start);
            Assert.Equal(42, tx.Messages.Watermark);
            Assert.Equal(new DateOnly(2026, 3, 1), tx.Messages.SweptOn);
            Assert.Equal("a.ndjson", Assert.Single(tx.Submissions.NextPending()!.Files).Name);
            var record = tx.People.Find(RecordKind.Patient, 1, "p1")!;
            Assert.Equal(record, Assert.Single(tx.People.WithIdentifier(RecordIdentifier.Of("urn:x", "1"))));
            Assert.Equal(record, Assert.Single(tx.People.WithDemographics(new DemographicKey(id))));
            var resource = Assert.Single(tx.Resources.OfPerson(record.Person, 0, 10));
            Assert.Equal(id, resource.Id);
            Assert.Equal(resource.Hash, tx.Resources.FindHeld(resource.Number, 1)!.Hash);
            Assert.Equal(1, tx.Publications.DeliveredUpTo(1, "adt"));
            Assert.Equal(2, tx.Publications.Next(1, "adt"));
            Assert.Equal(9, Assert.Single(tx.Quarantine.Find("unsupported-event", "A02", 0, 5)).Entry);
            Assert.Equal(record.Person, tx.Reevaluations.Next()!.Value.Person);
            return true;
        });
        Assert.Single(Audit.Read(1));
        Assert.Equal(0, Audit.PublicationsWithoutDisclosure());
    }

    [Fact]
    public async Task A_work_item_that_fails_leaves_nothing_and_no_gap_while_its_neighbours_commit()
    {
        var all = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            try
            {
                await Write(tx =>
                {
                    tx.Publications.Insert(Event(1, "adt", tx.Publications.Next(1, "adt")) with { Origin = "item-" + i });
                    tx.Audit.Append(new AuditRecord(AuditKinds.Disclosure, "{}"));
                    tx.Messages.Remember(new Guid(i, 0, 0, new byte[8]), new DateOnly(2026, 3, 1));
                    return i % 3 == 0 ? throw new InvalidOperationException("item " + i) : true;
                });
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }));
        var outcome = await Task.WhenAll(all);
        Assert.Equal(40, outcome.Count(o => o));
        var events = Streams.Read(1, "adt", 0, 100);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.All(events, e => Assert.NotEqual(0, int.Parse(e.Origin.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture) % 3));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), Audit.Read(1).Select(l => l.Number));
        Assert.True(await Write(tx => tx.Messages.Remember(new Guid(0, 0, 0, new byte[8]), new DateOnly(2026, 3, 1))));
        Assert.False(await Write(tx => tx.Messages.Remember(new Guid(1, 0, 0, new byte[8]), new DateOnly(2026, 3, 1))));
    }

    [Fact]
    public async Task A_disk_fault_in_one_item_fails_its_whole_group_and_the_store_goes_on()
    {
        await Assert.ThrowsAsync<IOException>(() => Write<bool>(tx =>
        {
            tx.Publications.Insert(Event(1, "adt", 1));
            tx.Audit.Append(new AuditRecord(AuditKinds.Disclosure, "{}"));
            tx.Resources.StoreBody("{\"lost\":1}"u8);
            throw new IOException("no space left");
        }));
        Assert.Empty(Streams.Read(1, "adt", 0, 10));
        Assert.Empty(Audit.Read(1));
        await Write(tx =>
        {
            tx.Publications.Insert(Event(1, "adt", 1));
            tx.Audit.Append(new AuditRecord(AuditKinds.Disclosure, "{}"));
            return true;
        });
        Assert.Equal(1, Assert.Single(Streams.Read(1, "adt", 0, 10)).Sequence);
        Assert.Equal(1, Assert.Single(Audit.Read(1)).Number);
    }

    [Fact]
    public async Task A_sequence_out_of_turn_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Write(tx =>
        {
            tx.Publications.Insert(Event(1, "claims", 2));
            return true;
        }));

    [Fact]
    public async Task Sequences_are_gapless_under_sixteen_writers_on_both_lanes()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await store.WriteAsync(w % 2 == 0 ? StateLane.Messages : StateLane.Bulk, tx =>
                {
                    tx.Publications.Insert(Event(1 + (w % 3), "adt", tx.Publications.Next(1 + (w % 3), "adt")));
                    return true;
                }, CancellationToken.None);
            }
        })));
        var total = 0;
        for (var participant = 1; participant <= 3; participant++)
        {
            var read = Streams.Read(participant, "adt", 0, 1000);
            Assert.Equal(Enumerable.Range(1, read.Count).Select(i => (long)i), read.Select(e => e.Sequence));
            total += read.Count;
        }

        Assert.Equal(320, total);
    }

    [Fact]
    public async Task Bulk_still_moves_while_messages_never_pause()
    {
        using var stop = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await Write(tx => tx.Messages.Watermark = 1);
        })).ToList();
        for (var i = 0; i < 20; i++)
        {
            await store.WriteAsync(StateLane.Bulk, tx => true, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task A_signal_comes_only_after_the_commit()
    {
        var signal = Signals.WaitAsync(1, "adt", 0, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Write<bool>(tx =>
        {
            tx.Publications.Insert(Event(1, "adt", 1));
            throw new InvalidOperationException();
        }));
        var next = Signals.WaitAsync(1, "adt", 0, TestContext.Current.CancellationToken);
        await Write(tx =>
        {
            Assert.False(next.IsCompleted);
            tx.Publications.Insert(Event(1, "adt", 1));
            return true;
        });
        await Task.WhenAny(signal, next).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await Signals.WaitAsync(1, "adt", 0, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Single(Streams.Read(1, "adt", 0, 5));
    }

    [Fact]
    public async Task The_after_mark_of_a_person_is_taken_once()
    {
        await Write(tx =>
        {
            tx.Publications.SetAfter(1, "adt", new PersonId(5), 9);
            return true;
        });
        Assert.Equal(9, await Write(tx => tx.Publications.TakeAfter(1, "adt", new PersonId(5))));
        Assert.Null(await Write(tx => tx.Publications.TakeAfter(1, "adt", new PersonId(5))));
    }

    [Fact]
    public async Task A_person_has_another_key_at_every_participant_and_keeps_it()
    {
        var one = await Write(tx => tx.Publications.PersonKey(1, new PersonId(3)));
        Assert.Equal(one, await Write(tx => tx.Publications.PersonKey(1, new PersonId(3))));
        Assert.NotEqual(one, await Write(tx => tx.Publications.PersonKey(2, new PersonId(3))));
        Assert.Equal([1, 2], (await Write(tx => tx.Publications.ParticipantsOf(new PersonId(3)))).Order());
    }

    [Fact]
    public async Task Delivered_never_goes_back()
    {
        await Write(tx =>
        {
            tx.Publications.SetDelivered(1, "adt", 5);
            tx.Publications.SetDelivered(1, "adt", 3);
            return true;
        });
        Assert.Equal(5, await Write(tx => tx.Publications.DeliveredUpTo(1, "adt")));
    }

    [Fact]
    public async Task An_enqueued_person_starts_again()
    {
        var person = new PersonId(11);
        await Write(tx =>
        {
            tx.Reevaluations.Enqueue(person);
            tx.Reevaluations.Advance(person, 70);
            Assert.Equal((person, 70L), tx.Reevaluations.Next());
            tx.Reevaluations.Enqueue(person);
            Assert.Equal((person, 0L), tx.Reevaluations.Next());
            tx.Reevaluations.Complete(person);
            Assert.Null(tx.Reevaluations.Next());
            return true;
        });
    }

    protected Task<T> Write<T>(Func<IStateTransaction, T> work) => store.WriteAsync(StateLane.Messages, work, CancellationToken.None);

    protected static Publication Event(int participant, string stream, long sequence) => new()
    {
        Participant = participant,
        Stream = stream,
        Sequence = sequence,
        Type = "adt.admit",
        Time = "2026-03-01T12:00:00Z",
        Source = "hospital-n",
        Origin = "MSG1",
        Inline = "{}",
        AcceptedAt = Noon,
        PublishedAt = Noon,
    };

    protected static StoredResource Resource(Guid id, long? record) => new()
    {
        Id = id,
        Rules = ResourceRules.Clinical,
        Type = "Observation",
        Source = 1,
        Record = record,
        Hash = ContentHash.Read(new byte[ContentHash.Size]),
        Body = BodyLocation.None,
        EventType = "clinical.resource",
        Origin = "s-1/a:1",
        AcceptedAt = Noon,
    };
}
