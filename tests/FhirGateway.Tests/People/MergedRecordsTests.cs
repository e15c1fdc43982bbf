using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using static FhirGateway.Tests.People.PeopleWorld;

namespace FhirGateway.Tests.People;

/// <summary>Records that their own source says are one human, among all that is linked by comparing.</summary>
public sealed class MergedRecordsTests : IDisposable
{
    private const string Mrn = "urn:oid:1.2.3";
    private readonly PeopleWorld store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task Two_record_numbers_are_one_human_and_stay_so_when_either_changes() => await Write(people =>
    {
        var (survivor, retired) = (InHospital(people, "1"), InHospital(people, "2"));
        Assert.NotEqual(survivor.Person, retired.Person);
        var match = Assert.Single(PersonMatcher.Join(people, [survivor, retired]));
        Assert.Equal([retired.Person], match.Retired);
        InHospital(people, "2", Facts("Newname", ids: [(Mrn, "2")]));
        InHospital(people, "1", Facts("Othername", ids: [(Mrn, "1")]));
        Assert.Equal(PersonOf(people, "1"), PersonOf(people, "2"));
        Assert.Equal(survivor.Person, PersonOf(people, "1"));
        Assert.Empty(PersonMatcher.Join(people, [people.Get(survivor.Number), people.Get(retired.Number)]));
    });

    [Fact]
    public async Task Rows_of_either_number_find_the_one_human() => await Write(people =>
    {
        var before = Panel(people, "row-2", (Mrn, "2"));
        var (survivor, retired) = (InHospital(people, "1"), InHospital(people, "2"));
        PersonMatcher.Join(people, [survivor, retired]);
        var after = Panel(people, "row-1", (Mrn, "1"));
        Assert.Equal(PersonOf(people, "1"), people.Get(before.Number).Person);
        Assert.Equal(PersonOf(people, "1"), people.Get(after.Number).Person);
    });

    [Fact]
    public async Task A_record_that_neither_could_be_linked_to_alone_is_linked_to_both() => await Write(people =>
    {
        var survivor = InHospital(people, "1", Facts("Moore", ids: [(Mrn, "1"), (Mbi, "1EG4")]));
        var retired = InHospital(people, "2", Facts("Moore", ids: [(Mrn, "2"), (Mbi, "1EG4")]));
        var payer = Patient(people, Payer, "p", Facts("Moor", ids: [(Mbi, "1EG4")])).Record;
        Assert.Single(people.OfPerson(payer.Person));
        PersonMatcher.Join(people, [survivor, retired]);
        Assert.Equal(3, people.OfPerson(people.Get(payer.Number).Person).Count);
    });

    [Fact]
    public async Task Two_whom_a_payer_knows_as_two_do_not_become_one_by_a_hospitals_merge() => await Write(people =>
    {
        var survivor = InHospital(people, "1", Facts("Moore", ids: [(Mrn, "1"), (Mbi, "1EG4")]));
        var retired = InHospital(people, "2", Facts("Stone", ids: [(Mrn, "2"), (Mbi, "2FH5")]));
        var (x, y) = (Patient(people, Payer, "x", Facts("Moor", ids: [(Mbi, "1EG4")])).Record, Patient(people, Payer, "y", Facts("Ston", ids: [(Mbi, "2FH5")])).Record);
        PersonMatcher.Join(people, [survivor, retired]);
        Assert.Equal(PersonOf(people, "1"), PersonOf(people, "2"));
        Assert.NotEqual(people.Get(x.Number).Person, people.Get(y.Number).Person);
        Patient(people, Payer, "y", Facts("Stonn", ids: [(Mbi, "2FH5")]));
        Assert.NotEqual(people.Get(x.Number).Person, people.Get(y.Number).Person);
    });

    [Fact]
    public async Task Parted_again_each_has_what_was_its_own_and_the_survivor_keeps_the_person() => await Write(people =>
    {
        var survivor = InHospital(people, "1", Facts("Moore", ids: [(Mrn, "1"), (Mbi, "1EG4")]));
        var retired = InHospital(people, "2", Facts("Stone", ids: [(Mrn, "2"), (Mbi, "2FH5")]));
        var mine = Panel(people, "row-1", (Mrn, "1"));
        var theirs = Panel(people, "row-2", (Mrn, "2"));
        PersonMatcher.Join(people, [survivor, retired]);
        Assert.Equal(4, people.OfPerson(survivor.Person).Count);
        var matches = PersonMatcher.Arrange(people, [[people.Get(survivor.Number)], [people.Get(retired.Number)]], new Dictionary<long, int>());
        Assert.Equal(["1", "row-1"], people.OfPerson(survivor.Person).Select(r => r.Key));
        Assert.Equal(["2", "row-2"], people.OfPerson(PersonOf(people, "2")).Select(r => r.Key));
        Assert.Contains(matches, m => m.SplitFrom == survivor.Person && m.Record.Person == PersonOf(people, "2"));
        Assert.All([mine, theirs], r => Assert.Null(people.Get(r.Number).Human));
    });

    [Fact]
    public async Task Parted_again_who_was_linked_through_a_marriage_still_is() => await Write(people =>
    {
        var payer = Patient(people, Payer, "p", Facts("Moore")).Record;
        var survivor = InHospital(people, "1", Facts("Moore", ids: [(Mrn, "1")]));
        InHospital(people, "1", Facts("Married", ids: [(Mrn, "1")]));
        var retired = InHospital(people, "2", Facts("Stone", ids: [(Mrn, "2")]));
        PersonMatcher.Join(people, [people.Get(survivor.Number), retired]);
        var before = new Dictionary<long, int> { [payer.Number] = 0, [survivor.Number] = 0, [retired.Number] = 1 };
        PersonMatcher.Arrange(people, [[people.Get(survivor.Number)], [people.Get(retired.Number)]], before);
        Assert.Equal(PersonOf(people, "1"), people.Get(payer.Number).Person);
        Assert.NotEqual(PersonOf(people, "1"), PersonOf(people, "2"));
    });

    [Fact]
    public async Task Evidence_taken_back_from_one_of_them_leaves_them_one() => await Write(people =>
    {
        var (survivor, retired) = (InHospital(people, "1"), InHospital(people, "2", Facts("Stone", ids: [(Mrn, "2"), (Mbi, "2FH5")])));
        var payer = Patient(people, Payer, "p", Facts("Ston", ids: [(Mbi, "2FH5")])).Record;
        PersonMatcher.Join(people, [survivor, retired]);
        Assert.Equal(PersonOf(people, "1"), people.Get(payer.Number).Person);
        var facts = Facts("Stone", ids: [(Mrn, "2")]);
        PersonMatcher.Revert(people, people.Get(retired.Number), facts, IdentifierKeys.OfPatient(Hospital, "2", facts));
        Assert.Equal(PersonOf(people, "1"), PersonOf(people, "2"));
        Assert.NotEqual(PersonOf(people, "1"), people.Get(payer.Number).Person);
    });

    [Fact]
    public async Task A_person_is_known_by_whom_it_became() => await Write(people =>
    {
        var (a, b, c) = (people.NewPerson(), people.NewPerson(), people.NewPerson());
        people.NoteMerged(a, b);
        people.NoteMerged(b, c);
        Assert.Equal((c, c, c), (people.Current(a), people.Current(b), people.Current(c)));
    });

    [Fact]
    public async Task The_year_of_birth_is_kept_until_another_is_said() => await Write(people =>
    {
        var record = InHospital(people, "1");
        Assert.Equal(1950, people.Get(record.Number).Born);
        InHospital(people, "1", Facts("Moore") with { BirthDate = null });
        Assert.Equal(1950, people.Get(record.Number).Born);
        InHospital(people, "1", Facts("Moore") with { BirthDate = new DateOnly(2026, 1, 2) });
        Assert.Equal(2026, people.Get(record.Number).Born);
    });

    private static PersonId PersonOf(IPeopleState people, string key) => people.Find(RecordKind.Patient, Hospital.Number, key)!.Person;

    private static SourceRecord InHospital(IPeopleState people, string key, PatientFacts? facts = null) =>
        Patient(people, Hospital, key, facts ?? Facts("F" + key, ids: [(Mrn, key)])).Record;

    private static SourceRecord Panel(IPeopleState people, string key, (string System, string Value) id)
    {
        var facts = new PatientFacts { Identifiers = [new PatientIdentifier(id.System, id.Value, null, null)] };
        return PersonMatcher.Upsert(people, RecordKind.Panel, 1, key, facts, IdentifierKeys.OfPanel(facts)).Record;
    }

    private Task Write(Action<IPeopleState> work) => store.WriteAsync(work);
}
