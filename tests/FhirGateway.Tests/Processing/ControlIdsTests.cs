using FhirGateway.Journal;
using FhirGateway.Messages;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

public sealed class ControlIdsTests
{
    private static readonly byte[] One = [1];
    private static readonly byte[] Other = [2];
    private readonly HashSet<Guid> seen = [];
    private EntryId taken = new(0);

    [Fact]
    public void S_07_an_id_is_refused_for_other_bytes_from_the_moment_it_is_used()
    {
        var ids = Ids();
        Assert.True(ids.TryTake("s", "c1", One));
        Assert.True(ids.TryTake("s", "c1", One));
        Assert.False(ids.TryTake("s", "c1", Other));
        ids.Settle("s", "c1", One, new EntryId(10));
        Assert.False(ids.TryTake("s", "c1", Other));
        Assert.True(ids.TryTake("other", "c1", Other));
    }

    [Fact]
    public void S_07_an_id_is_free_again_when_the_state_has_forgotten_it()
    {
        var ids = Ids();
        Assert.True(ids.TryTake("s", "c1", One));
        ids.Settle("s", "c1", One, new EntryId(10));
        Remember("c1", One);
        taken = new EntryId(11);
        Assert.False(ids.TryTake("s", "c1", Other));
        Assert.True(ids.TryTake("s", "c1", One));
        ids.Settle("s", "c1", One, new EntryId(12));
        taken = new EntryId(13);
        // The replay window is over.
        seen.Clear();
        Assert.True(ids.TryTake("s", "c1", Other));
        Assert.False(ids.TryTake("s", "c1", One));
    }

    [Fact]
    public void S_07_an_id_of_a_message_that_was_not_kept_is_free()
    {
        var ids = Ids();
        Assert.True(ids.TryTake("s", "c1", One));
        ids.Free("s", "c1", One);
        Assert.True(ids.TryTake("s", "c1", Other));
    }

    private ControlIds Ids() => new(seen.Contains, () => taken);

    private void Remember(string id, byte[] bytes)
    {
        seen.Add(ControlIds.KeyOf("s", id));
        seen.Add(MessageFingerprint.Of("s", id, bytes));
    }
}
