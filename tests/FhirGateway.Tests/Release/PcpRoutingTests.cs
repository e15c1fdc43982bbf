using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Release;

namespace FhirGateway.Tests.Release;

public sealed class PcpRoutingTests
{
    private const string Npi = "1245319599";
    private static readonly DateOnly Today = new(2026, 6, 15);
    private static readonly Source Hospital = new() { Number = 1, Id = "hospital", Kind = SourceKind.Hospital };
    private static readonly Participant Aco = new() { Number = 1, Id = "aco-one", ProviderNpis = [Npi] };
    private static readonly Agreement Routed = new() { Number = 1, Id = "g", Source = "hospital", Participant = "aco-one", RoutesToPcp = true };

    private static readonly StoredResource Visit = new()
    {
        Id = Guid.Empty, Rules = ResourceRules.Adt, Type = "Encounter", Source = 1, Record = 1, Hash = default, Body = new BodyLocation(1, 1),
        Service = new ServicePeriod(Today, Today), EventType = EventTypes.AdtAdmit, Origin = "c1", AcceptedAt = default, Care = new CareFacts(null, ["1234567893", Npi]),
    };

    [Fact]
    public void A_visit_goes_to_the_participant_whose_provider_it_names_where_the_agreement_says_so()
    {
        var decision = Decide(Visit, Routed);
        Assert.Equal((true, Npi, "g"), (decision.Released, decision.RoutedBy, decision.Agreement!.Id));
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Visit, Routed with { RoutesToPcp = false }).Reason);
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Visit with { Care = new CareFacts(null, ["1234567893"]) }, Routed).Reason);
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Visit with { Care = null }, Routed).Reason);
    }

    [Theory]
    [InlineData(ResourceRules.Clinical)]
    [InlineData(ResourceRules.Patient)]
    [InlineData(ResourceRules.Claims)]
    public void Nothing_but_ADT_is_routed(ResourceRules rules) => Assert.False(Decide(Visit with { Rules = rules }, Routed).Released);

    [Fact]
    public void An_agreement_without_ADT_or_out_of_force_routes_nothing()
    {
        Assert.Equal(ReasonCodes.NoAgreement, Decide(Visit, Routed with { Classes = DataClasses.Claims }).Reason);
        Assert.Equal(ReasonCodes.NoAgreement, Decide(Visit, Routed with { End = Today.AddDays(-1) }).Reason);
    }

    [Fact]
    public void Labels_and_opt_outs_withhold_what_is_routed()
    {
        Assert.Equal(ReasonCodes.Labelled, Decide(Visit with { Labels = "Psychiatry" }, Routed).Reason);
        var optedOut = new PersonStanding([], [new OptOut(1, 1, null, true, Today)]);
        Assert.Equal(ReasonCodes.OptedOut, Decide(Visit, Routed, optedOut).Reason);
    }

    [Fact]
    public void The_directory_finds_participants_by_their_own_NPI_and_those_of_their_providers()
    {
        var other = new Participant { Number = 2, Id = "aco-two", Npi = "1234567893" };
        var directory = new OrganizationDirectory([Hospital], [Aco, other], [Routed, Routed with { Number = 2, Id = "h", Participant = "aco-two" }]);
        Assert.Equal(["aco-one", "aco-two"], PcpRouting.ParticipantsOf(Visit, directory).Select(p => p.Id).Order());
        directory = new OrganizationDirectory([Hospital], [Aco, other], [Routed]);
        Assert.Equal(["aco-one"], PcpRouting.ParticipantsOf(Visit, directory).Select(p => p.Id));
        Assert.Empty(PcpRouting.ParticipantsOf(Visit with { Rules = ResourceRules.Clinical }, directory));
    }

    [Fact]
    public void Why_names_the_NPI_that_opened_it()
    {
        var conditions = new List<ReleaseCondition>();
        ReleasePolicy.Decide(Visit, Aco, PersonStanding.Nothing, Directory(Routed), Today, conditions);
        Assert.Contains(conditions, c => c is { Name: "pcp-routing", Holds: true } && c.Evidence.Contains(Npi, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-06-10", "2026-06-10", null, true)]
    [InlineData("2026-06-10", "2025-12-31", null, false)]
    [InlineData("2026-06-10", "2026-05-11", 30, true)]
    [InlineData("2026-06-10", "2026-05-10", 30, false)]
    [InlineData("2026-06-10", "2026-06-09", 0, false)]
    [InlineData("2026-06-10", "2026-06-10", 0, true)]
    [InlineData("2025-01-01", "2025-12-02", 30, true)]
    [InlineData("2025-01-01", "2025-12-01", 30, false)]
    public void Who_joins_is_told_the_recent_days_where_the_agreement_counts_them(string knownOn, string day, int? recent, bool goes)
    {
        var at = DateOnly.Parse(day);
        var attribution = new Attribution
        {
            Number = 1, Record = 1, Participant = 1, Source = null, Method = AttributionMethod.Panel, Start = new DateOnly(2026, 1, 1), KnownOn = DateOnly.Parse(knownOn),
        };
        var decision = Decide(
            Visit with { Care = null, Service = new ServicePeriod(at, at) }, Routed with { RecentDays = recent, RoutesToPcp = false }, new PersonStanding([attribution], []));
        Assert.Equal(goes, decision.Released);
    }

    [Fact]
    public void Care_facts_survive_their_encoding()
    {
        foreach (var facts in new[] { new CareFacts(null, []), new CareFacts(Today, []), new CareFacts(Today, [Npi, "1234567893"]), new CareFacts(null, [Npi]) })
            Assert.Equal(facts, CareFacts.Decode(facts.Encode()));
    }

    private static ReleaseDecision Decide(StoredResource visit, Agreement agreement, PersonStanding? standing = null) =>
        ReleasePolicy.Decide(visit, Aco, standing ?? PersonStanding.Nothing, Directory(agreement), Today);

    private static OrganizationDirectory Directory(Agreement agreement) => new([Hospital], [Aco], [agreement]);
}
