using System.Collections.Immutable;

namespace FhirGateway.People;

/// <summary>Source records, their keys and their links, inside the state transaction.</summary>
public interface IPeopleState
{
    SourceRecord? Find(RecordKind kind, int owner, string key);
    SourceRecord Get(long number);

    /// <summary>Inserts a record under <paramref name="person"/>, or under a new person if null.</summary>
    SourceRecord Insert(RecordKind kind, int owner, string key, PersonId? person, DemographicKey? demographics, long facts, int? born = null);
    void Update(SourceRecord record);
    PersonId NewPerson();
    void SetIdentifiers(long record, ImmutableArray<RecordIdentifier> identifiers);
    IReadOnlyList<RecordIdentifier> IdentifiersOf(long record);
    IReadOnlyList<SourceRecord> WithIdentifier(RecordIdentifier identifier);
    IReadOnlyList<SourceRecord> WithDemographics(DemographicKey key);
    IReadOnlyList<SourceRecord> OfPerson(PersonId person);

    /// <summary>The persons that a source's Patients are linked to.</summary>
    IReadOnlyList<PersonId> PersonsOf(int source);

    /// <summary>Remembers that a person turned out to be another and has no records any more.</summary>
    void NoteMerged(PersonId retired, PersonId survivor);

    /// <summary>The person that this one is by now.</summary>
    PersonId Current(PersonId person);
}
