using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>
/// Under whom what a message says is kept: under the patient it names, or the one that this one was merged into, or the one to whom
/// the visit was moved. One per transaction.
/// </summary>
internal sealed class PatientRecords(IStateTransaction state, Publisher publisher)
{
    /// <summary>Nobody is moved more often; what is goes no further.</summary>
    private const int MostMoves = 20;
    private readonly HashSet<(Source Source, string Key)> reborn = [];

    /// <summary>The record under which the last message was kept.</summary>
    public SourceRecord? LastMatched { get; set; }

    /// <summary>The key of the patient that carries on.</summary>
    public string KeyOf(Source source, string sent) =>
        state.Merges.Any(source.Number) ? state.Merges.Survivor(source.Number, sent) ?? sent : sent;

    /// <summary>The key of the patient whose the visit is: moves since it was last heard of count.</summary>
    public string KeyOf(Source source, Episode episode)
    {
        if (!state.Merges.Any(source.Number))
            return episode.PatientKey;
        return KeyOf(source, Moved(source, episode) ?? episode.PatientKey);
    }

    /// <summary>Whether the visit is not its messages' patient's any more.</summary>
    public bool IsMoved(Source source, Episode episode) =>
        state.Merges.Any(source.Number) && Moved(source, episode) is { } key && KeyOf(source, key) != KeyOf(source, episode.PatientKey);

    /// <summary>Published ids of the patients that lead to this one.</summary>
    public List<Guid> Replaced(Source source, string key) =>
        state.Merges.Any(source.Number) ? [.. state.Merges.RetiredInto(source.Number, key).Select(k => PublishedId.Create(source.Id, "Patient", k))] : [];

    /// <summary>Links the patient whom a message names, by what it says of him, and returns the record under which the message is kept.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="sent">The key by which it names him.</param>
    /// <param name="facts">What it says of him.</param>
    /// <param name="key">The key under which it is kept.</param>
    /// <param name="isNews">Whether what it says of him is: a message that is read again is no news of the person it is about.</param>
    public SourceRecord Match(Source source, string sent, PatientFacts facts, string key, bool isNews = true)
    {
        var matched = Matched(source, sent, facts, key, isNews);
        LastMatched = matched;
        return matched;
    }

    private SourceRecord Matched(Source source, string sent, PatientFacts facts, string key, bool isNews)
    {
        if (!isNews)
            return RecordOf(source, key, []);
        var isMerged = state.Merges.Any(source.Number) && state.Merges.IsNamed(source.Number, MergeSpace.Patients, sent);
        var born = isMerged ? state.People.Find(RecordKind.Patient, source.Number, sent)?.Born : null;
        var match = PersonMatcher.Upsert(
            state.People, RecordKind.Patient, source.Number, sent, facts, IdentifierKeys.OfPatient(source, sent, facts));
        LinkOutcome.Apply(state, publisher, match);
        if (isMerged && match.Record.Born != born)
            reborn.Add((source, sent));
        return key == sent ? match.Record : RecordOf(source, key, []);
    }

    /// <summary>The record of a key; one that was never heard of is known by its numbers alone.</summary>
    public SourceRecord RecordOf(Source source, string key, IReadOnlyList<PatientIdentifier> numbers)
    {
        if (state.People.Find(RecordKind.Patient, source.Number, key) is { } known)
            return known;
        var facts = new PatientFacts { Identifiers = [.. numbers] };
        var identifiers = IdentifierKeys.OfPatient(source, key, facts).Add(RecordIdentifier.OfSource(source.Id, key[(key.IndexOf('|', StringComparison.Ordinal) + 1)..]));
        var match = PersonMatcher.Upsert(state.People, RecordKind.Patient, source.Number, key, facts, [.. identifiers.Distinct()]);
        LinkOutcome.Apply(state, publisher, match);
        return match.Record;
    }

    /// <summary>Whether somebody is.</summary>
    public bool HasReborn => reborn.Count > 0;

    /// <summary>The patients whose merges are to be judged again because other facts are known of them; each once.</summary>
    public IReadOnlyList<(Source Source, string Key)> TakeReborn()
    {
        List<(Source, string)> taken = [.. reborn];
        reborn.Clear();
        return taken;
    }

    private string? Moved(Source source, Episode episode)
    {
        string? key = null;
        var visits = state.Merges.Of(source.Number, MergeSpace.VisitMoves, episode.VisitKey);
        var since = episode.Latest;
        for (var moves = 0; moves < MostMoves; moves++)
        {
            var patients = state.Merges.Of(source.Number, MergeSpace.PatientMoves, key ?? episode.PatientKey);
            if (visits.Concat(patients).Where(m => m.State != MergeState.Undone && m.Order > since).MinBy(m => m.Order) is not { } next)
                break;
            (key, since) = (next.Survivor, next.Order);
        }

        return key;
    }
}
