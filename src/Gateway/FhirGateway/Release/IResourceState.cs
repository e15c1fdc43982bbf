using FhirGateway.Claims;
using FhirGateway.Normalization;
using FhirGateway.People;

namespace FhirGateway.Release;

/// <summary>Resources, and the ledger of what participants hold of them, inside the state transaction.</summary>
public interface IResourceState
{
    /// <summary>Stores a body; it is durable when the transaction is.</summary>
    BodyLocation StoreBody(ReadOnlySpan<byte> body);
    /// <summary>By published id; also one that was removed.</summary>
    StoredResource? Find(Guid id, bool adt);
    StoredResource Get(long number);

    /// <summary>Whether a bulk resource with this published id is there and not removed.</summary>
    bool Has(Guid id);
    StoredResource Insert(StoredResource resource);
    void Update(StoredResource resource);

    /// <summary>Notes by which line the current content came again.</summary>
    void SetLine(long number, KnownLine line);

    /// <summary>The number of what validation found, one for the same findings; 0 where too many different ones are known.</summary>
    int NumberOf(LineFindings findings);

    /// <summary>Changes how a resource stands as a version of a claim, and nothing else.</summary>
    void SetClaim(long number, ClaimStanding? standing, long? repeatOf);

    /// <summary>Forgets that a resource is a version of a claim.</summary>
    void ForgetClaim(long number);

    /// <summary>Numbers of a person's resources from <paramref name="after"/> on, ascending, at most <paramref name="most"/>.</summary>
    IReadOnlyList<StoredResource> OfPerson(PersonId person, long after, int most);

    /// <summary>A source record's resources of one kind, by number.</summary>
    IReadOnlyList<StoredResource> OfRecord(long record, ResourceRules rules);

    /// <summary>Remembers by which identifier other resources may refer to it: (source, type, system, value) -> source id.</summary>
    void SetReferenceKeys(int source, string type, string sourceId, IReadOnlyList<(string System, string Value)> identifiers);

    /// <summary>Forgets such identifiers, as far as this source id has them.</summary>
    void RemoveReferenceKeys(int source, string type, string sourceId, IReadOnlyList<(string System, string Value)> identifiers);

    /// <summary>What references of the source resolve to changed otherwise than by what was never there before.</summary>
    void NoteReferencesChanged(int source);

    Held? FindHeld(long resource, int participant);
    IReadOnlyList<Held> HoldersOf(long resource);
    void Save(Held held);
    void Remove(Held held);

    /// <summary>Remembers that a participant holds something that refers to the resource of no person; true if that is new.</summary>
    bool Want(Guid target, int participant);
    IReadOnlyList<int> WantedBy(Guid target);
}
