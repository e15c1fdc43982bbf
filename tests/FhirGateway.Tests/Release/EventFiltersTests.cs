using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.Release;

namespace FhirGateway.Tests.Release;

public sealed class EventFiltersTests
{
    private static readonly Participant Aco = new() { Number = 1, Id = "aco-one" };
    private static readonly OrganizationDirectory Directory = new(
        [new Source { Number = 1, Id = "payer-a", Kind = SourceKind.Payer }, new Source { Number = 2, Id = "payer-b", Kind = SourceKind.Payer }], [Aco], []);

    private static readonly PersonStanding Attributed = new(
        [new Attribution { Number = 1, Record = 1, Participant = 1, Source = 1, Method = AttributionMethod.Roster, Start = new DateOnly(2026, 1, 1), KnownOn = new DateOnly(2026, 1, 1) }], []);

    private static readonly FilteredEvent Admit = new(EventTypes.AdtAdmit, "IMP", "MERCY", new DateOnly(1950, 5, 17), new DateOnly(2026, 6, 15));

    public static TheoryData<EventFilter, bool> Cases => new()
    {
        { new EventFilter(), true },
        { new EventFilter { Events = [EventTypes.AdtAdmit, EventTypes.AdtDischarge] }, true },
        { new EventFilter { Events = [EventTypes.AdtDischarge] }, false },
        { new EventFilter { Classes = ["imp"] }, true },
        { new EventFilter { Classes = ["EMER"] }, false },
        { new EventFilter { Facilities = ["Mercy"] }, true },
        { new EventFilter { Facilities = ["OTHER"] }, false },
        { new EventFilter { Payers = ["payer-a"] }, true },
        { new EventFilter { Payers = ["payer-b"] }, false },
        { new EventFilter { MinAge = 76 }, true },
        { new EventFilter { MinAge = 77 }, false },
        { new EventFilter { MaxAge = 76 }, true },
        { new EventFilter { MaxAge = 75 }, false },
        { new EventFilter { Events = [EventTypes.AdtAdmit], Classes = ["IMP"], Facilities = ["MERCY"], Payers = ["payer-a"], MinAge = 65, MaxAge = 99 }, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_event_is_wanted_that_meets_every_part_of_the_filter(EventFilter filter, bool isWanted) => Assert.Equal(isWanted, Misses(filter, Admit) is null);

    [Fact]
    public void What_is_taken_back_always_comes()
    {
        var nothing = new EventFilter { Events = [EventTypes.AdtDeath], Classes = ["SS"], Facilities = ["X"], Payers = ["payer-b"], MinAge = 120 };
        Assert.Null(Misses(nothing, Admit with { Type = EventTypes.AdtCancel }));
        Assert.Null(Misses(nothing, Admit with { Type = EventTypes.Withdrawn(StreamNames.Adt) }));
        Assert.NotNull(Misses(nothing, Admit));
    }

    [Fact]
    public void An_age_that_is_not_known_hides_nothing() =>
        Assert.Null(Misses(new EventFilter { MinAge = 65 }, Admit with { BirthDate = null }));

    [Fact]
    public void The_reason_names_the_part_and_no_person()
    {
        var missed = Misses(new EventFilter { MaxAge = 17 }, Admit)!;
        Assert.Equal(("filter", false), (missed.Name, missed.Holds));
        Assert.DoesNotContain("1950", missed.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("76", missed.Evidence, StringComparison.Ordinal);
    }

    private static ReleaseCondition? Misses(EventFilter filter, FilteredEvent happened) =>
        EventFilters.Misses(happened, Aco with { Filter = filter }, Attributed, Directory);
}
