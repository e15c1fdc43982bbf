namespace FhirGateway.People;

/// <summary>What sources said of their own identifiers, inside the state transaction.</summary>
public interface IMergeState
{
    /// <summary>Whether the source ever sent a merge: without one nothing needs to be looked up for its messages. Answered from memory.</summary>
    bool Any(int source);

    /// <summary>Remembers a note; null if the same message said the same of the same keys before.</summary>
    MergeNote? Add(MergeNote note);

    /// <summary>State, verdict, quarantine item and memory of what was before.</summary>
    void Update(MergeNote note);

    /// <summary>All notes that are connected with a key, directly or through others, in no order; gives up after <paramref name="most"/>.</summary>
    IReadOnlyList<MergeNote> Around(int source, MergeSpace space, string key, int most);

    /// <summary>Notes whose retired key it is, in no order.</summary>
    IReadOnlyList<MergeNote> Of(int source, MergeSpace space, string retired);

    /// <summary>Whether any note names the key.</summary>
    bool IsNamed(int source, MergeSpace space, string key);

    /// <summary>The patient key where a retired one leads; null if it is not retired.</summary>
    string? Survivor(int source, string key);

    /// <summary>Sets that, or forgets it.</summary>
    void SetSurvivor(int source, string key, string? survivor);

    /// <summary>The patient keys that lead to this one, sorted.</summary>
    IReadOnlyList<string> RetiredInto(int source, string key);

    MergeNote? Find(long number);

    /// <summary>The newest notes, newest first, of one source if its number is given.</summary>
    IReadOnlyList<MergeNote> Newest(int? source, bool onlyHeld, int most);
}
