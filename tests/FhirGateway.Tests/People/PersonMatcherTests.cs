using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FsCheck;
using FsCheck.Fluent;
using static FhirGateway.Tests.People.PeopleWorld;

namespace FhirGateway.Tests.People;

public sealed class PersonMatcherTests : IDisposable
{
    private static readonly Source PayerB = new() { Number = 2, Id = "payer-b", Kind = SourceKind.Payer, Authorities = ["ACME-B"] };
    private readonly PeopleWorld store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task An_exact_identifier_links_across_sources() => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore", ids: (Mbi, "1EG4")));
        var h = Patient(people, Hospital, "MRN|9", Facts("Moor", ids: (Mbi, "1EG4")));
        Assert.Equal(a.Record.Person, h.Record.Person);
        Assert.Equal(MatchOutcome.Identifier, h.Outcome);
    });

    [Fact]
    public async Task All_five_demographics_link_whatever_the_case() => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore"));
        var h = Patient(people, Hospital, "9", Facts("MOORE") with { PostalCode = "80202-1234" });
        Assert.Equal(a.Record.Person, h.Record.Person);
    });

    [Theory]
    [InlineData("family")]
    [InlineData("given")]
    [InlineData("birth")]
    [InlineData("sex")]
    [InlineData("zip")]
    public async Task Four_demographics_never_link(string missing) => await Write(people =>
    {
        PatientFacts Without(PatientFacts f) => missing switch
        {
            "family" => f with { Family = " " },
            "given" => f with { Given = null },
            "birth" => f with { BirthDate = null },
            "sex" => f with { Sex = "unknown" },
            _ => f with { PostalCode = "8020" },
        };
        var a = Patient(people, Payer, "1", Without(Facts("Moore")));
        var h = Patient(people, Hospital, "9", Without(Facts("Moore")));
        Assert.NotEqual(a.Record.Person, h.Record.Person);
        Assert.Equal(MatchOutcome.None, h.Outcome);
    });

    [Fact]
    public async Task Two_candidates_link_to_neither() => await Write(people =>
    {
        Patient(people, Payer, "1", Facts("Moore"));
        Patient(people, Payer, "2", Facts("Moore"));
        var h = Patient(people, Hospital, "9", Facts("Moore"));
        Assert.Equal(MatchOutcome.Ambiguous, h.Outcome);
        Assert.Single(people.OfPerson(h.Record.Person));
    });

    [Fact]
    public async Task A_second_record_of_the_same_source_never_joins_by_demographics_even_through_another() => await Write(people =>
    {
        Patient(people, Payer, "1", Facts("Moore"));
        Patient(people, Hospital, "9", Facts("Moore"));
        Patient(people, Hospital, "9", Facts("Stone"));
        var second = Patient(people, Payer, "2", Facts("Stone"));
        Assert.Equal(MatchOutcome.Ambiguous, second.Outcome);
    });

    [Fact]
    public async Task Equal_demographics_with_another_value_of_one_namespace_do_not_link() => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore", ids: (Mbi, "1EG4")));
        var h = Patient(people, Hospital, "9", Facts("Moore", ids: (Mbi, "2FH5")));
        Assert.Equal(MatchOutcome.Conflict, h.Outcome);
        Assert.NotEqual(a.Record.Person, h.Record.Person);
    });

    [Fact]
    public async Task Twins_mother_and_newborn_stay_four_people() => await Write(people =>
    {
        var persons = new[]
        {
            Patient(people, Hospital, "M", Facts("Moore", "Ann")),
            Patient(people, Hospital, "A", Facts("Moore", "Babygirl") with { BirthDate = new DateOnly(2026, 3, 1) }),
            Patient(people, Hospital, "B", Facts("Moore", "Babygirl") with { BirthDate = new DateOnly(2026, 3, 1) }),
            Patient(people, Hospital, "C", Facts("Moore", "Babyboy") with { BirthDate = new DateOnly(2026, 3, 1), Sex = "male" }),
        };
        Assert.Equal(4, persons.Select(p => p.Record.Person).Distinct().Count());
    });

    [Fact]
    public async Task A_subscriber_number_shared_by_a_family_links_nobody() => await Write(people =>
    {
        PatientFacts Of(string given) => Facts("Moore", given) with { Identifiers = [new PatientIdentifier("urn:payer-a:sub", "S777", "SN", null)] };
        var mother = Patient(people, Payer, "1", Of("Ann"));
        var child = Patient(people, Payer, "2", Of("Ben"));
        Assert.NotEqual(mother.Record.Person, child.Record.Person);
    });

    [Theory]
    [InlineData("999999999")]
    [InlineData("000-00-0000")]
    [InlineData("unknown")]
    [InlineData("N/A")]
    [InlineData("123-45-6789")]
    [InlineData("--")]
    public async Task A_placeholder_links_nobody(string value) => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore", ids: (Mbi, value)));
        var h = Patient(people, Hospital, "9", Facts("Stone", "Bea", ids: (Mbi, value)));
        Assert.NotEqual(a.Record.Person, h.Record.Person);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_id_finds_the_same_sources_id_or_identifier_value_in_either_order(bool rosterFirst) => await Write(people =>
    {
        Match? row = rosterFirst ? Roster(people, Payer, "M1") : null;
        Match? other = rosterFirst ? Roster(people, Payer, "V2") : null;
        var byId = Patient(people, Payer, "M1", Facts("Moore"));
        var byValue = Patient(people, Payer, "2", Facts("Stone", ids: ("urn:card", "V2")));
        row ??= Roster(people, Payer, "M1");
        other ??= Roster(people, Payer, "V2");
        Assert.Equal(byId.Record.Person, people.Get(row.Record.Number).Person);
        Assert.Equal(byValue.Record.Person, people.Get(other.Record.Number).Person);
    });

    [Fact]
    public async Task A_member_id_finds_other_sources_only_through_the_payers_authority() => await Write(people =>
    {
        PatientFacts Of(string family, string authority) =>
            Facts(family) with { Identifiers = [new PatientIdentifier("urn:fhir-gateway:authority:" + authority, "M5", "MB", authority)] };
        var right = Patient(people, Hospital, "1", Of("Moore", "acme-b"));
        var wrong = Patient(people, Hospital, "2", Of("Stone", "OTHER"));
        var row = Roster(people, PayerB, "M5");
        Assert.Equal(right.Record.Person, row.Record.Person);
        Assert.NotEqual(wrong.Record.Person, row.Record.Person);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_key_never_joins_two_patients_of_one_source(bool rosterBetween) => await Write(people =>
    {
        var first = Patient(people, Payer, "S1", Facts("Moore", "Ann"));
        if (rosterBetween)
            Roster(people, Payer, "S1");
        var second = Patient(people, Payer, "2", Facts("Moore", "Ben", ids: ("urn:card", "S1")));
        Assert.NotEqual(first.Record.Person, second.Record.Person);
    });

    [Fact]
    public async Task A_record_that_comes_to_conflict_leaves_its_person() => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore", ids: (Mbi, "1EG4")));
        Patient(people, Hospital, "9", Facts("Moore", ids: (Mbi, "1EG4")));
        var corrected = Patient(people, Hospital, "9", Facts("Moore", ids: (Mbi, "2FH5")));
        Assert.NotEqual(a.Record.Person, corrected.Record.Person);
        Assert.Equal(a.Record.Person, corrected.SplitFrom);
        Assert.Null(corrected.Moved);
    });

    [Fact]
    public async Task A_record_linked_to_a_roster_still_finds_its_other_self_when_its_identifier_comes() => await Write(people =>
    {
        var h = Patient(people, Hospital, "9", Facts("Moor", ids: (Mbi, "1EG4")));
        var row = Roster(people, Payer, "M1");
        Patient(people, Payer, "M1", new PatientFacts());
        var patient = Patient(people, Payer, "M1", Facts("Moore", ids: (Mbi, "1EG4")));
        Assert.Equal(people.Get(h.Record.Number).Person, patient.Record.Person);
        Assert.Equal(people.Get(row.Record.Number).Person, patient.Record.Person);
        Assert.Single(patient.Retired);
        Assert.Null(patient.Moved);
    });

    [Fact]
    public async Task A_move_keeps_a_link() => await Write(people =>
    {
        var a = Patient(people, Payer, "1", Facts("Moore"));
        Patient(people, Hospital, "9", Facts("Moore"));
        var moved = Patient(people, Hospital, "9", Facts("Moore") with { PostalCode = "10001" });
        Assert.Equal(a.Record.Person, moved.Record.Person);
    });

    [Fact]
    public void No_two_records_with_conflicting_identifiers_ever_share_a_person() =>
        Prop.ForAll(World(), arrivals =>
        {
            var world = NextWorld();
            return Write(people =>
            {
                foreach (var (source, key, family, mbi, mrn) in arrivals)
                    Upsert(people, world, source, key, family, mbi, mrn);
                foreach (var record in AllOf(people, world))
                {
                    var values = people.OfPerson(record.Person).SelectMany(r => people.IdentifiersOf(r.Number))
                        .Where(i => !i.IsMemberKey).Distinct().GroupBy(i => i.Namespace);
                    Assert.All(values, ns => Assert.Single(ns));
                }
            }).Wait(TimeSpan.FromSeconds(20));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public void Exact_identifiers_link_alike_in_every_order_of_arrival() =>
        Prop.ForAll(World(), arrivals =>
        {
            // One identifier and no demographics: links follow from equal values alone.
            var records = arrivals.GroupBy(a => (a.Source, a.Key)).Select(g => g.First()).ToList();
            string Shape(IEnumerable<(int Source, int Key, int Family, int Mbi, int Mrn)> order)
            {
                var world = NextWorld();
                var shape = "";
                Write(people =>
                {
                    foreach (var (source, key, _, mbi, _) in order)
                        Upsert(people, world, source, key, family: -1, mbi, mrn: -1);
                    shape = string.Join(';', AllOf(people, world).GroupBy(r => r.Person)
                        .Select(g => string.Join(',', g.Select(r => $"{r.Owner % 10}/{r.Key}").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
                }).Wait(TimeSpan.FromSeconds(20));
                return shape;
            }

            Assert.Equal(Shape(records), Shape(Enumerable.Reverse(records)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(80));

    private static int worlds;

    private static int NextWorld() => Interlocked.Increment(ref worlds);

    private static Arbitrary<(int Source, int Key, int Family, int Mbi, int Mrn)[]> World()
    {
        var record =
            from source in Gen.Choose(1, 3)
            from key in Gen.Choose(1, 3)
            from family in Gen.Choose(-1, 2)
            from mbi in Gen.Choose(-1, 2)
            from mrn in Gen.Choose(-1, 2)
            select (source, key, family, mbi, mrn);
        return record.ArrayOf().ToArbitrary();
    }

    private static void Upsert(IPeopleState people, int world, int source, int key, int family, int mbi, int mrn)
    {
        var of = new Source { Number = (world * 10) + source, Id = $"w{world}-s{source}", Kind = SourceKind.Hospital };
        var ids = ImmutableArray.CreateBuilder<PatientIdentifier>();
        if (mbi >= 0)
            ids.Add(new PatientIdentifier($"urn:mbi:{world}", "MBI" + mbi, null, null));
        if (mrn >= 0)
            ids.Add(new PatientIdentifier($"urn:mrn:{world}", "MRN" + mrn, null, null));
        var facts = (family < 0 ? new PatientFacts() : Facts($"F{world}x{family}")) with { Identifiers = ids.ToImmutable() };
        Patient(people, of, key.ToString(CultureInfo.InvariantCulture), facts);
    }

    private static IEnumerable<SourceRecord> AllOf(IPeopleState people, int world) =>
        from source in Enumerable.Range(1, 3)
        from key in Enumerable.Range(1, 3)
        let record = people.Find(RecordKind.Patient, (world * 10) + source, key.ToString(CultureInfo.InvariantCulture))
        where record is not null
        select record;

    private static Match Roster(IPeopleState people, Source payer, string member) =>
        PersonMatcher.Upsert(people, RecordKind.Roster, payer.Number, member, new PatientFacts(), IdentifierKeys.OfMember(payer, member));

    private Task Write(Action<IPeopleState> work) => store.WriteAsync(work);
}
