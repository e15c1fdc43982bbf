using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

public sealed class HangingRulesTests
{
    [Theory]
    [InlineData("A04", "E", 72)]
    [InlineData("A01", "I", 1440)]
    [InlineData("A01", "OBS", 168)]
    [InlineData("A04", "O", 72)]
    [InlineData("A01", "C", 720)]
    [InlineData("A01", "", 720)]
    [InlineData("A05", "P", 720)]
    [InlineData("A21", "I", 1440)]
    public void An_open_visit_is_closed_so_long_after_its_last_event_by_class(string trigger, string patientClass, int hours) =>
        Assert.Equal(At("10:00").Instant.AddHours(hours), HangingRules.ClosesAt(Fold(Event(trigger, "10:00", patientClass))));

    [Fact]
    public void Every_event_starts_the_time_again() =>
        Assert.Equal(At("1 10:00").Instant.AddHours(72), HangingRules.ClosesAt(Fold(Event("A04", "10:00", "E"), Event("A08", "1 10:00", "E"))));

    [Fact]
    public void A_planned_visit_waits_for_the_day_on_which_the_patient_is_expected() =>
        Assert.Equal(At("40 07:00").Instant.AddHours(720), HangingRules.ClosesAt(Fold(Event("A05", "10:00", "P") with { ExpectedAdmit = At("40 07:00") })));

    [Fact]
    public void A_time_far_ahead_is_a_slip_and_keeps_nothing_open_for_ever()
    {
        var slip = Event("A04", "10:00", "E");
        slip = slip with { Order = slip.Order with { Time = DateTimeOffset.MaxValue } };
        Assert.Equal(At("10:00").Instant.AddHours(72), HangingRules.ClosesAt(Fold(slip)));
        slip = slip with { Order = slip.Order with { Recorded = DateTimeOffset.MaxValue, Sent = DateTimeOffset.MaxValue } };
        Assert.Equal(DateTimeOffset.MaxValue, HangingRules.ClosesAt(Fold(slip)));
    }

    [Fact]
    public void What_is_over_is_not_closed()
    {
        Assert.Null(HangingRules.ClosesAt(Fold(Event("A03", "10:00"))));
        Assert.Null(HangingRules.ClosesAt(Fold(Event("A11", "10:00"))));
        Assert.Null(HangingRules.ClosesAt(Fold(Event("A45", "10:00"))));
        Assert.Null(HangingRules.ClosesAt(HangingRules.Close(Fold(Event("A01", "10:00")))));
    }

    [Fact]
    public void A_visit_closed_by_rule_says_so_and_claims_no_end()
    {
        var open = Fold(Event("A04", "10:00", "E", "ED-1") with { PendingLocation = Place("4W") });
        var closed = HangingRules.Close(open);
        Assert.Equal(("unknown", (Moment?)null, true), (closed.Status, closed.End, closed.IsClosedByRule));
        Assert.Equal(["ED-1 completed 10:00-"], closed.Trail());
        Assert.Equal(["EdArrival"], closed.Kinds());
        Assert.Empty(EpisodeNews.Between(open, closed));
        // A message that comes after all opens it again, without any news of its own.
        Assert.Empty(News(closed, Fold(Event("A04", "10:00", "E", "ED-1"), Event("A08", "20 10:00", "E"))));
    }
}
