using FhirGateway.FeedHealth;

namespace FhirGateway.Tests.State;

public abstract partial class StateStoreContract
{
    [Fact]
    public async Task Feeds_are_kept_as_last_written_over_a_restart()
    {
        var hour = new FeedHour
        {
            Source = 1, Facility = "MERCY", Hour = 500_000, Messages = 9, Held = 2, Refused = 1, Repeated = 3, Reused = 4, Persons = 8, Unmatched = 5, Expected = 7.25, Gap = 600, GapEnd = 30,
        };
        var standing = new FeedStanding(1, "MERCY", Noon.AddDays(-1), Noon, 2.5);
        var tally = new FeedTally(1, FeedTallyKind.Code, "PV1-2", "Q", 3, Noon, Noon);
        await Write(tx =>
        {
            tx.Feeds.Save(hour with { Messages = 1 });
            tx.Feeds.Save(hour);
            tx.Feeds.Save(hour with { Facility = "", Hour = 499_000 });
            tx.Feeds.Save(standing with { Silence = 0 });
            tx.Feeds.Save(standing);
            tx.Feeds.Save(tally with { Count = 1 });
            tx.Feeds.Save(tally);
            tx.Feeds.SaveListened(500_000, 60);
            tx.Feeds.SaveListened(500_000, 3600);
            return true;
        });
        Close();
        (store, Streams, Audit, Signals) = Open();
        await Write(tx =>
        {
            Assert.Equal(hour, Assert.Single(tx.Feeds.HoursFrom(500_000)));
            Assert.Equal(2, tx.Feeds.HoursFrom(0).Count);
            Assert.Equal(standing, Assert.Single(tx.Feeds.Standings()));
            Assert.Equal(tally, Assert.Single(tx.Feeds.Tallies()));
            Assert.Equal((500_000L, 3600), Assert.Single(tx.Feeds.ListenedFrom(0)));
            tx.Feeds.Prune(500_000, Noon);
            Assert.Single(tx.Feeds.HoursFrom(0));
            return true;
        });
    }

    [Fact]
    public async Task An_alert_is_open_until_another_clears_it_and_open_ones_are_never_pruned()
    {
        var alert = new FeedAlert { Time = Noon, Type = FeedAlertTypes.Silent, Source = "mercy", Facility = "MERCY", LastMessage = Noon, Expected = 17.5 };
        await Write(tx =>
        {
            Assert.Equal(1, tx.Feeds.Append(alert));
            Assert.Equal(2, tx.Feeds.Append(alert with { Type = FeedAlertTypes.NewCode }));
            Assert.Equal(3, tx.Feeds.Append(alert with { Type = FeedAlertTypes.Errors, Share = 0.5 }));
            Assert.Equal([1L, 3], tx.Feeds.Open().Select(a => a.Sequence));
            Assert.Equal(4, tx.Feeds.Append(alert with { Type = FeedAlertTypes.Resumed, Clears = 1 }));
            var open = Assert.Single(tx.Feeds.Open());
            Assert.Equal(alert with { Sequence = 3, Type = FeedAlertTypes.Errors, Share = 0.5 }, open);
            tx.Feeds.Prune(0, Noon.AddDays(1));
            Assert.Equal(3, Assert.Single(tx.Feeds.Open()).Sequence);
            // What was pruned is not numbered again.
            Assert.Equal(5, tx.Feeds.Append(alert));
            return true;
        });
    }

    [Fact]
    public async Task Other_bytes_under_a_known_control_id_are_told_from_a_repeat()
    {
        var day = new DateOnly(2026, 3, 1);
        await Write(tx =>
        {
            var first = FhirGateway.Messages.MessageFingerprint.Of("mercy", "C1", "a"u8);
            Assert.Equal(FhirGateway.Messages.ControlIdUse.New, tx.Messages.Take(first, day));
            Assert.Equal(FhirGateway.Messages.ControlIdUse.Repeated, tx.Messages.Take(first, day));
            Assert.Equal(FhirGateway.Messages.ControlIdUse.Reused, tx.Messages.Take(FhirGateway.Messages.MessageFingerprint.Of("mercy", "C1", "b"u8), day));
            Assert.Equal(FhirGateway.Messages.ControlIdUse.New, tx.Messages.Take(FhirGateway.Messages.MessageFingerprint.Of("mercy", "C2", "a"u8), day));
            Assert.Equal(FhirGateway.Messages.ControlIdUse.New, tx.Messages.Take(FhirGateway.Messages.MessageFingerprint.Of("grace", "C1", "b"u8), day));
            return true;
        });
    }
}
