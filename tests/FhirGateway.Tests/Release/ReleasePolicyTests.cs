using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Release;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Release;

public sealed class ReleasePolicyTests
{
    private static readonly DateOnly Today = new(2026, 6, 15);
    private static readonly Participant Aco = new() { Number = 1, Id = "aco-one" };
    private static readonly Source PayerA = new() { Number = 1, Id = "payer-a", Kind = SourceKind.Payer };
    private static readonly Source PayerB = new() { Number = 2, Id = "payer-b", Kind = SourceKind.Payer };
    private static readonly Source Hospital = new() { Number = 3, Id = "hospital", Kind = SourceKind.Hospital };
    private static readonly Agreement Open = new() { Number = 1, Id = "g", Source = "payer-a", Participant = "aco-one" };
    private static readonly Attribution Attributed = new()
    {
        Number = 1, Record = 1, Participant = 1, Source = 1, Method = AttributionMethod.Roster,
        Start = new DateOnly(2026, 1, 1), End = new DateOnly(2026, 12, 31), KnownOn = new DateOnly(2026, 1, 1),
    };

    [Fact]
    public void All_conditions_met_releases() => Assert.Null(Decide(Claim(), Open, Attributed));

    [Fact]
    public void Without_an_agreement_nothing_goes() => Assert.Equal(ReasonCodes.NoAgreement, Decide(Claim(), null, Attributed));

    [Theory]
    [InlineData(DataClasses.Claims, ResourceRules.Claims, true)]
    [InlineData(DataClasses.ClaimAmounts, ResourceRules.Claims, false)]
    [InlineData(DataClasses.Clinical, ResourceRules.Claims, false)]
    [InlineData(DataClasses.Clinical, ResourceRules.Clinical, true)]
    [InlineData(DataClasses.Adt, ResourceRules.Adt, true)]
    [InlineData(DataClasses.Claims, ResourceRules.Adt, false)]
    [InlineData(DataClasses.Adt, ResourceRules.Patient, false)]
    [InlineData(DataClasses.Claims, ResourceRules.Patient, true)]
    [InlineData(DataClasses.Clinical, ResourceRules.Patient, true)]
    [InlineData(DataClasses.All, ResourceRules.NotReleasable, false)]
    public void The_agreement_must_cover_the_class(DataClasses covers, ResourceRules rules, bool goes) =>
        Assert.Equal(goes, Decide(Claim() with { Rules = rules }, Open with { Classes = covers }, Attributed) is null);

    [Theory]
    [InlineData("2026-06-15", "2026-06-15", true)]
    [InlineData("2026-06-16", null, false)]
    [InlineData(null, "2026-06-14", false)]
    [InlineData(null, null, true)]
    public void The_agreement_must_be_in_force_today_ends_included(string? start, string? end, bool goes) =>
        Assert.Equal(goes, Decide(Claim(), Open with { Start = Day(start), End = Day(end) }, Attributed) is null);

    [Theory]
    [InlineData("C1", "C1", true)]
    [InlineData("C1", "C2", false)]
    [InlineData("C1", null, false)]
    [InlineData(null, "C2", true)]
    public void An_agreement_of_a_contract_takes_attributions_of_that_contract(string? agreement, string? attribution, bool goes) =>
        Assert.Equal(goes, Decide(Claim(), Open with { Contract = agreement }, Attributed with { Contract = attribution }) is null);

    [Theory]
    [InlineData("MA", "MA", true)]
    [InlineData("MA", "COM", false)]
    [InlineData("MA", null, false)]
    [InlineData(null, "COM", true)]
    public void An_agreement_of_a_line_of_business_takes_attributions_of_that_line(string? agreement, string? attribution, bool goes) =>
        Assert.Equal(goes, Decide(Claim(), Open with { LineOfBusiness = agreement }, Attributed with { LineOfBusiness = attribution }) is null);

    [Theory]
    [InlineData("2026-06-15", null, 0, true)]
    [InlineData("2026-06-16", null, 0, false)]
    [InlineData("2026-01-01", "2026-06-15", 0, true)]
    [InlineData("2026-01-01", "2026-06-14", 0, false)]
    [InlineData("2026-01-01", "2026-06-14", 1, true)]
    [InlineData("2026-01-01", "2026-06-13", 1, false)]
    [InlineData("2026-06-20", "2026-06-14", 90, false)]
    public void The_attribution_must_be_active_today_or_in_run_out(string start, string? end, int runOut, bool goes) =>
        Assert.Equal(goes, Decide(
            Claim("2026-06-10", "2026-06-10"), Open with { RunOutDays = runOut, LookBackDays = 400 },
            Attributed with { Start = Day(start)!.Value, End = Day(end) }) is null);

    [Theory]
    [InlineData("2026-06-01", 14, true)]
    [InlineData("2026-06-02", 14, false)]
    [InlineData("2026-06-15", 0, true)]
    public void Nothing_goes_before_the_notice_is_over(string known, int notice, bool goes) =>
        Assert.Equal(goes, Decide(Claim(), Open with { NoticeDays = notice }, Attributed with { KnownOn = Day(known)!.Value }) is null);

    [Theory]
    [InlineData("2025-12-31", "2025-12-31", 0, false)]
    [InlineData("2025-12-31", "2026-01-01", 0, true)]
    [InlineData("2025-12-02", "2025-12-02", 30, true)]
    [InlineData("2025-12-01", "2025-12-01", 30, false)]
    [InlineData("2025-11-01", null, 0, true)]
    [InlineData("2026-12-31", "2027-01-05", 0, true)]
    [InlineData("2027-01-01", "2027-01-05", 0, false)]
    [InlineData(null, null, 0, true)]
    public void The_service_must_touch_the_period_with_its_look_back(string? start, string? end, int lookBack, bool goes) =>
        Assert.Equal(goes ? null : ReasonCodes.OutsidePeriod, Decide(Claim(start, end), Open with { LookBackDays = lookBack }, Attributed));

    [Fact]
    public void A_patient_needs_no_date() =>
        Assert.Null(Decide(Claim("1950-05-17", "1950-05-17") with { Rules = ResourceRules.Patient }, Open, Attributed));

    [Fact]
    public void A_panel_opens_a_hospital_and_never_a_payer()
    {
        var panel = Attributed with { Method = AttributionMethod.Panel, Source = null };
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Claim(), Open, panel));
        Assert.Null(Decide(Claim() with { Source = 3, Rules = ResourceRules.Adt }, Open with { Source = "hospital" }, panel));
    }

    [Fact]
    public void Another_payers_roster_opens_a_hospital_and_never_this_payers_claims()
    {
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Claim() with { Source = 2 }, Open with { Source = "payer-b" }, Attributed));
        Assert.Null(Decide(Claim() with { Source = 3, Rules = ResourceRules.Clinical }, Open with { Source = "hospital" }, Attributed));
    }

    [Fact]
    public void Another_participants_attribution_opens_nothing() =>
        Assert.Equal(ReasonCodes.NotAttributed, Decide(Claim(), Open, Attributed with { Participant = 2 }));

    [Fact]
    public void A_label_and_a_missing_person_withhold()
    {
        Assert.Equal(ReasonCodes.Labelled, Decide(Claim() with { Labels = "SubstanceUse" }, Open, Attributed));
        Assert.Equal(ReasonCodes.NoPerson, Decide(Claim() with { Record = null }, Open, Attributed));
    }

    [Theory]
    [InlineData(true, "2026-01-01", false, "2026-02-01", false)]
    [InlineData(false, "2026-01-01", true, "2026-02-01", true)]
    [InlineData(true, "2026-02-01", false, "2026-01-01", true)]
    [InlineData(false, "2026-02-01", true, "2026-02-01", true)]
    public void The_latest_choice_wins_and_on_one_day_the_opt_out(bool first, string firstDay, bool second, string secondDay, bool optedOut)
    {
        OptOut[] choices = [new(1, 1, null, first, Day(firstDay)!.Value), new(2, 1, 1, second, Day(secondDay)!.Value)];
        Assert.Equal(optedOut ? ReasonCodes.OptedOut : null, Decide(Claim(), Open, Attributed, choices));
    }

    [Fact]
    public void A_choice_against_another_participant_or_source_does_not_count() =>
        Assert.Null(Decide(Claim(), Open, Attributed, new OptOut(1, 1, 2, true, Today), new OptOut(1, 2, null, true, Today)));

    [Fact]
    public void Explaining_never_changes_the_decision() =>
        Prop.ForAll(Cases(), c =>
        {
            var directory = Directory(c.Agreements);
            var standing = new PersonStanding([.. c.Attributions], [.. c.OptOuts]);
            var conditions = new List<ReleaseCondition>();
            var silent = ReleasePolicy.Decide(c.Resource, Aco, standing, directory, Today);
            Assert.Equal(silent, ReleasePolicy.Decide(c.Resource, Aco, standing, directory, Today, conditions));
            Assert.NotEmpty(conditions);
            if (!silent.Released)
                Assert.Contains(conditions, x => !x.Holds);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static Arbitrary<(StoredResource Resource, Agreement[] Agreements, Attribution[] Attributions, OptOut[] OptOuts)> Cases()
    {
        var day = Gen.Choose(-60, 60).Select(d => Today.AddDays(d));
        var someDay = Gen.OneOf(day.Select(d => (DateOnly?)d), Gen.Constant((DateOnly?)null));
        var agreement =
            from classes in Gen.Choose(0, 15)
            from start in someDay
            from end in someDay
            from days in Gen.Choose(0, 30)
            from contract in Gen.Elements(null, "C1")
            select Open with { Classes = (DataClasses)classes, Start = start, End = end, LookBackDays = days, RunOutDays = days, NoticeDays = days / 3, Contract = contract };
        var attribution =
            from start in day
            from end in someDay
            from source in Gen.Choose(0, 2)
            from participant in Gen.Choose(1, 2)
            from contract in Gen.Elements(null, "C1")
            select Attributed with { Start = start, End = end, Source = source == 0 ? null : source, Participant = participant, Contract = contract, KnownOn = start };
        var choice =
            from chosen in day
            from optedOut in Gen.Elements(true, false)
            from participant in Gen.Elements<int?>(null, 1, 2)
            select new OptOut(1, 1, participant, optedOut, chosen);
        var resource =
            from rules in Gen.Choose(0, 5)
            from start in someDay
            from label in Gen.Elements("", "", "Psychiatry")
            select Claim() with { Rules = (ResourceRules)rules, Service = new ServicePeriod(start, start?.AddDays(3)), Labels = label };
        return (from r in resource
                from g in agreement.ArrayOf(2)
                from a in attribution.ArrayOf(2)
                from o in choice.ArrayOf(1)
                select (r, g.Select((x, i) => x with { Number = i + 1, Id = "g" + i }).ToArray(), a, o)).ToArbitrary();
    }

    [Fact]
    public void What_was_pulled_with_the_participants_own_credentials_needs_an_agreement_and_no_attribution()
    {
        Assert.Null(DecideOwn(PayerA with { Connection = new SourceConnection { OnlyParticipant = "aco-one" } }, Claim(), Open).Reason);
        Assert.Equal(ReasonCodes.NoAgreement, DecideOwn(PayerA with { Connection = new SourceConnection { OnlyParticipant = "aco-one" } }, Claim(), null).Reason);
        Assert.Equal(ReasonCodes.OtherParticipant, DecideOwn(PayerA with { Connection = new SourceConnection { OnlyParticipant = "aco-two" } }, Claim(), Open, Attributed).Reason);
    }

    [Fact]
    public void An_opt_out_and_a_label_hold_for_such_a_feed_as_well()
    {
        var own = PayerA with { Connection = new SourceConnection { OnlyParticipant = "aco-one" } };
        Assert.Equal(ReasonCodes.Labelled, DecideOwn(own, Claim() with { Labels = "R" }, Open).Reason);
        var standing = new PersonStanding([], [new OptOut(1, 1, null, true, Today)]);
        var directory = new OrganizationDirectory([own], [Aco], [Open]);
        Assert.Equal(ReasonCodes.OptedOut, ReleasePolicy.Decide(Claim(), Aco, standing, directory, Today).Reason);
    }

    [Fact]
    public void Amounts_that_a_source_withholds_go_to_nobody_whatever_the_agreement_says()
    {
        Assert.True(DecideOwn(PayerA, Claim(), Open, Attributed).WithAmounts);
        Assert.False(DecideOwn(PayerA with { Connection = new SourceConnection { WithholdsAmounts = true } }, Claim(), Open, Attributed).WithAmounts);
    }

    private static ReleaseDecision DecideOwn(Source source, StoredResource resource, Agreement? agreement, params Attribution[] attributions) => ReleasePolicy.Decide(
        resource, Aco, new PersonStanding([.. attributions], []), new OrganizationDirectory([source], [Aco], agreement is null ? [] : [agreement]), Today);

    private static string? Decide(StoredResource resource, Agreement? agreement, Attribution attribution, params OptOut[] choices) =>
        ReleasePolicy.Decide(resource, Aco, new PersonStanding([attribution], [.. choices]), Directory(agreement is null ? [] : [agreement]), Today).Reason;

    private static OrganizationDirectory Directory(Agreement[] agreements) => new([PayerA, PayerB, Hospital], [Aco], agreements);

    private static StoredResource Claim(string? start = "2026-03-01", string? end = "2026-03-02") => new()
    {
        Number = 1,
        Id = new Guid(1, 2, 3, new byte[8]),
        Rules = ResourceRules.Claims,
        Type = "ExplanationOfBenefit",
        Source = 1,
        Record = 1,
        Hash = ContentHash.Of("x"u8),
        Body = BodyLocation.None,
        Service = new ServicePeriod(Day(start), Day(end)),
        EventType = "claims.eob",
        Origin = "s/f:1",
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
