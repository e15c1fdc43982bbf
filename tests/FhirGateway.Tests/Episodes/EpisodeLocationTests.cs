using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

public sealed class EpisodeLocationTests
{
    private static readonly EpisodeEvent Admit = Event("A01", "10:00", "I", "4W-12-A");

    [Fact]
    public void A_transfer_closes_one_location_and_opens_the_next()
    {
        var after = Fold(Admit, Event("A02", "12:00", "I", "5W-1-A") with { PriorLocation = Place("4W-12-A") });
        Assert.Equal(["4W-12-A completed 10:00-12:00", "5W-1-A active 12:00-"], after.Trail());
        Assert.Equal(["+Transfer"], News(Fold(Admit), after));
        Assert.Equal((Place("4W-12-A"), Place("5W-1-A")), (after.Milestones[1].From, after.Milestones[1].To));
    }

    [Theory]
    [InlineData("4W-12-B", false)]
    [InlineData("4W-13-A", false)]
    [InlineData("4W", false)]
    [InlineData("5W-12-A", true)]
    [InlineData("MERCY/4W-12-A", true)]
    public void Only_another_unit_or_facility_is_a_transfer(string to, bool isTransfer)
    {
        var after = Fold(Admit, Event("A02", "12:00", "I", to));
        Assert.Equal(isTransfer ? ["+Transfer"] : [], News(Fold(Admit), after));
        Assert.Equal(2, after.Locations.Length);
        Assert.Equal(Place(to), after.Locations[1].Location);
    }

    [Fact]
    public void A_swap_of_beds_is_a_change_of_location()
    {
        Assert.Empty(News(Fold(Admit), Fold(Admit, Event("A17", "12:00", "I", "4W-12-B"))));
        var after = Fold(Admit, Event("A17", "12:00", "I", "5W-1-A"));
        Assert.Equal(["+Transfer"], News(Fold(Admit), after));
        Assert.Equal(["4W-12-A completed 10:00-12:00", "5W-1-A active 12:00-"], after.Trail());
    }

    [Fact]
    public void A_transfer_told_again_is_one_and_so_is_one_that_an_update_showed_first()
    {
        var transfer = Event("A02", "12:00", "I", "5W-1-A") with { PriorLocation = Place("4W-12-A") };
        Assert.Equal(["Admit", "Transfer"], Fold(Admit, transfer, Event("A02", "12:05", "I", "5W-1-A", id: "2") with { PriorLocation = Place("4W-12-A") }).Kinds());
        var shown = Fold(Admit, Event("A08", "11:59", "I", "5W-1-A"), transfer);
        Assert.Equal(["Admit", "Transfer"], shown.Kinds());
        Assert.Equal(Place("4W-12-A"), shown.Milestones[1].From);
    }

    [Fact]
    public void An_update_moves_the_patient_without_a_transfer()
    {
        var after = Fold(Admit, Event("A08", "12:00", "I", "5W-1-A"));
        Assert.Equal(["4W-12-A completed 10:00-12:00", "5W-1-A active 12:00-"], after.Trail());
        Assert.Empty(News(Fold(Admit), after));
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, Event("A08", "12:00", "I", "4W")).Trail());
    }

    [Fact]
    public void A_visit_that_is_first_heard_of_by_its_transfer_was_somewhere_before()
    {
        var episode = Fold(Event("A02", "12:00", "I", "5W-1-A") with { PriorLocation = Place("4W-12-A") });
        Assert.Equal(["4W-12-A completed -12:00", "5W-1-A active 12:00-"], episode.Trail());
        Assert.Equal(["Transfer"], episode.Kinds());
    }

    [Fact]
    public void A_transfer_that_was_missed_shows_in_the_prior_location_of_the_next()
    {
        var episode = Fold(Admit, Event("A02", "14:00", "I", "6W-1-A") with { PriorLocation = Place("5W-1-A") });
        Assert.Equal(["4W-12-A completed 10:00-", "5W-1-A completed -14:00", "6W-1-A active 14:00-"], episode.Trail());
        var found = Fold(Admit, Event("A02", "12:00", "I", "5W-1-A"), Event("A02", "14:00", "I", "6W-1-A") with { PriorLocation = Place("5W-1-A") });
        Assert.Equal(["4W-12-A completed 10:00-12:00", "5W-1-A completed 12:00-14:00", "6W-1-A active 14:00-"], found.Trail());
        Assert.Equal(["+Transfer"], News(episode, found));
    }

    [Fact]
    public void At_discharge_every_location_ends()
    {
        var episode = Fold(Admit, Event("A10", "11:00") with { TemporaryLocation = Place("OR-1") }, Event("A03", "16:00") with { PendingLocation = Place("6W") });
        Assert.Equal("finished", episode.Status);
        Assert.All(episode.Locations, l => Assert.Equal("completed", l.Status));
        Assert.All(episode.Locations, l => Assert.Equal(At("16:00"), l.End));
    }

    [Fact]
    public void Somebody_in_surgery_is_there_for_a_while()
    {
        var there = Fold(Admit, Event("A09", "11:00", "I", "4W-12-A") with { TemporaryLocation = Place("OR-1") });
        Assert.Equal(["4W-12-A active 10:00-", "OR-1 active 11:00-"], there.Trail());
        var back = Fold(Admit, Event("A09", "11:00", "I", "4W-12-A") with { TemporaryLocation = Place("OR-1") }, Event("A10", "13:00", "I", "4W-12-A"));
        Assert.Equal(["OR-1 completed 11:00-13:00", "4W-12-A active 10:00-"], back.Trail());
        Assert.Equal(["Admit"], back.Kinds());
    }

    [Fact]
    public void Of_one_who_leaves_and_of_whom_nothing_else_is_known_it_is_told_where_he_belongs()
    {
        var leaves = Event("A09", "11:00", "I", "4W-12-A") with { PendingLocation = Place("5W-1-A") };
        Assert.Equal(["4W-12-A active -", "5W-1-A reserved -"], Fold(leaves).Trail());
        Assert.Equal(["4W-12-A active -", "OR-1 active 11:00-"], Fold(leaves with { PendingLocation = null, TemporaryLocation = Place("OR-1") }).Trail().Order());
        Assert.Equal(["4W-12-A completed -12:00", "5W-1-A active 12:00-"], Fold(leaves, Event("A02", "12:00", "I", "5W-1-A")).Trail());
        Assert.Equal(["6N active 10:00-", "5W-1-A reserved -"], Fold(Event("A01", "10:00", "I", "6N"), leaves).Trail());
    }

    [Fact]
    public void A_pending_transfer_reserves_and_the_transfer_fulfils_it()
    {
        var pending = Event("A15", "11:00", "I", "4W-12-A") with { PendingLocation = Place("5W-1-A") };
        Assert.Equal(["4W-12-A active 10:00-", "5W-1-A reserved -"], Fold(Admit, pending).Trail());
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, pending, Event("A26", "11:30")).Trail());
        Assert.Equal(["4W-12-A completed 10:00-12:00", "5W-1-A active 12:00-"], Fold(Admit, pending, Event("A02", "12:00", "I", "5W-1-A")).Trail());
    }

    [Fact]
    public void What_is_written_after_the_discharge_moves_nobody()
    {
        var episode = Fold(Admit, Event("A03", "16:00"), Event("A08", "17:00", "I", "LOUNGE"));
        Assert.Equal(["4W-12-A completed 10:00-16:00"], episode.Trail());
    }

    [Fact]
    public void A_period_never_ends_before_it_begins()
    {
        var episode = Fold(Admit, Event("A02", "15:00", "I", "5W"), Event("A03", "15:10") with { Discharged = At("14:55") });
        Assert.All(episode.Locations, l => Assert.True(l.Start!.Value.Instant <= l.End!.Value.Instant));
    }
}
