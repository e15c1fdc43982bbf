using FhirGateway.People;

namespace FhirGateway.Publications;

/// <summary>Streams inside the state transaction.</summary>
public interface IPublicationState
{
    /// <summary>The sequence that the next event of the stream gets.</summary>
    long Next(int participant, string stream);
    void Insert(Publication publication);
    Publication? Find(int participant, string stream, long sequence);

    /// <summary>Events of a resource that were not taken back, in order of participant and sequence.</summary>
    IReadOnlyList<Publication> OfResource(long resource);

    /// <summary>Takes back the data of an event; sequence, id and type stay.</summary>
    void MarkWithdrawn(int participant, string stream, long sequence, long withdrawnBy);

    /// <summary>The random key by which this participant, and no other, knows the person.</summary>
    string PersonKey(int participant, PersonId person);

    /// <summary>The participants that know the person by a key.</summary>
    IReadOnlyList<int> ParticipantsOf(PersonId person);

    /// <summary>Streams of the participant on which the person's key was used.</summary>
    IReadOnlyList<string> StreamsOf(int participant, PersonId person);

    /// <summary>The next event of this person on the stream must be read after this sequence; taken once.</summary>
    void SetAfter(int participant, string stream, PersonId person, long sequence);
    long? TakeAfter(int participant, string stream, PersonId person);

    /// <summary>The last sequence that was handed over, by a read or by the relay.</summary>
    long DeliveredUpTo(int participant, string stream);
    void SetDelivered(int participant, string stream, long sequence);

    /// <summary>Events of the person from this source that were not handed over yet, or that the relay keeps back.</summary>
    IReadOnlyList<Publication> Undelivered(int participant, PersonId person, string source);
}
