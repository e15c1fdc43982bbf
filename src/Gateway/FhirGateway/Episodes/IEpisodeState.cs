using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Events and episodes of visits, inside the state transaction.</summary>
public interface IEpisodeState
{
    /// <summary>Events of a visit number, and of all numbers that were changed to it; in no order.</summary>
    /// <param name="source">Number of the source.</param>
    /// <param name="visitKey">The visit number.</param>
    /// <param name="expected">Those among them that are kept as just this are given back instead of being read.</param>
    IReadOnlyList<EpisodeEvent> EventsOf(int source, string visitKey, ImmutableArray<Kept<EpisodeEvent>> expected = default);

    /// <summary>Whether that many events are known under a visit number.</summary>
    bool HasAsMany(int source, string visitKey, int events);

    /// <summary>Remembers an event of a visit; false if its key is known.</summary>
    /// <param name="source">Number of the source.</param>
    /// <param name="happened">The event.</param>
    /// <param name="json">It as it is kept, if at hand.</param>
    bool Add(int source, EpisodeEvent happened, ReadOnlyMemory<byte> json = default);

    /// <summary>Remembers an event as its message is read now, in place of how it was read before.</summary>
    void Replace(int source, EpisodeEvent happened);

    /// <summary>The visit number under which a number's events are kept now.</summary>
    string Resolve(int source, string visitKey);

    /// <summary>From now on the first number is the second (A50, A35): the events of both are one visit's.</summary>
    void Rename(int source, string from, string to);

    /// <summary>A number that was changed to another is a visit of its own again.</summary>
    void Restore(int source, string visitKey);

    /// <summary>Episodes of a visit number as last told.</summary>
    /// <param name="source">Number of the source.</param>
    /// <param name="visitKey">The visit number.</param>
    /// <param name="expected">One that is kept as just this is given back instead of being read.</param>
    IReadOnlyList<EpisodeSummary> Find(int source, string visitKey, Kept<Episode>? expected = null);

    /// <summary>Inserts or replaces by Encounter id.</summary>
    /// <param name="summary">What is to be kept.</param>
    /// <param name="json">Its episode as it is kept, if at hand.</param>
    void Save(EpisodeSummary summary, ReadOnlyMemory<byte> json = default);
    void Remove(EpisodeSummary summary);

    /// <summary>Every episode that is kept with a source record, by time of beginning.</summary>
    IReadOnlyList<EpisodeSummary> OfRecord(long record);

    /// <summary>Every episode of a person, at any source, with no more than signals need of it (<see cref="EpisodeGlance"/>); the latest 200.</summary>
    IReadOnlyList<EpisodeSummary> OfPerson(long person);

    /// <summary>Whether any visit of the person is over: before one is, none follows another.</summary>
    bool HasEnded(long person);

    /// <summary>A source has sent a message at that time; kept to the minute, and never set back.</summary>
    void Hear(int source, DateTimeOffset sent);

    /// <summary>The latest time at which a source sent a message about a visit, to the minute; the earliest of all where it sent none.</summary>
    DateTimeOffset Heard(int source);

    /// <summary>Open episodes that are to be closed by rule (<see cref="HangingRules.Reached"/>), at most <paramref name="most"/>; of each source by time.</summary>
    IReadOnlyList<EpisodeSummary> Hanging(DateTimeOffset now, int most);

    /// <summary>The signals that were told of a person's visits.</summary>
    IReadOnlyList<VisitSignal> SignalsOf(long person);

    /// <summary>A signal of the visit whose patient has that record; it follows the visit's record.</summary>
    void Save(long record, VisitSignal signal);
    void Remove(VisitSignal signal);
}
