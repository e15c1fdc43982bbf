namespace FhirGateway.Publications;

/// <summary>How far the relay is, inside the state transaction.</summary>
public interface IRelayState
{
    /// <summary>The topic of a stream as it was provisioned, with its partitions; null before that.</summary>
    RelayTopicState? Find(int participant, string stream);

    /// <summary>Notes a topic that was provisioned, with a row for each of its partitions.</summary>
    void Provision(RelayTopicState topic);

    /// <summary>Every event of the stream up to this sequence is delivered or parked.</summary>
    void SetSettled(int participant, string stream, long sequence);
    void SavePartition(int participant, string stream, RelayPartition partition);

    /// <summary>Keeps an event back, or notes the new reason of one that is kept back.</summary>
    void Park(int participant, string stream, ParkedEvent parked);
    void Unpark(int participant, string stream, long sequence);

    /// <summary>Whether an event of this order key is kept back, so that later ones must wait behind it.</summary>
    bool IsParked(int participant, string stream, string orderKey);

    /// <summary>Marks every parked event of the stream to be sent again; answers how many.</summary>
    int RetryParked(int participant, string stream);

    /// <summary>Parked events that are to be sent again, in order, at most <paramref name="most"/>.</summary>
    IReadOnlyList<ParkedEvent> Retrying(int participant, string stream, int most);

    /// <summary>The events of this order key stay parked.</summary>
    void EndRetry(int participant, string stream, string orderKey);
    long CountParked(int participant, string stream);
}
