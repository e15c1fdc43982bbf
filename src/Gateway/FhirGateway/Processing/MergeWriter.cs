using System.Globalization;
using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Quarantine;

namespace FhirGateway.Processing;

/// <summary>
/// Keeps what sources say of their own identifiers inside one state transaction: remembers it, folds all that is connected with it
/// again, and does the difference. Each can be taken back, and what it did with it.
/// </summary>
/// <param name="state">The transaction.</param>
/// <param name="publisher">The transaction's.</param>
/// <param name="patients">The transaction's.</param>
/// <param name="episodes">The transaction's.</param>
/// <param name="restage">The message of a journal entry; null if it is not there any more.</param>
internal sealed class MergeWriter(
    IStateTransaction state, Publisher publisher, PatientRecords patients, EpisodeWriter episodes, Func<long, MessageItem?> restage)
{
    /// <summary>More about one human is no human: a number that a registration desk uses for everybody, or an attack.</summary>
    public const int MostNotes = 500;
    private readonly PatientNotices notices = new(state, publisher, patients);

    /// <summary>What is about a person and no visit.</summary>
    public string WritePatient(MessageItem item, AdtEvent converted, Source source) => notices.WritePatient(item, converted, source);

    /// <summary>A message about identifiers; returns what became of it.</summary>
    public string Write(MessageItem item, AdtEvent converted, Source source)
    {
        var notes = MergeNotes.Of(source, item, converted);
        patients.Match(source, converted.PatientKey, converted.Patient, converted.PatientKey);
        if (converted.Merge!.Kind == AdtMergeKind.LinkPatients && converted.Merge.RetiredKey is { } linked)
            patients.RecordOf(source, linked, converted.Merge.RetiredIdentifiers);
        var cause = CauseOf(item, converted);
        var added = notes.Select(state.Merges.Add).OfType<MergeNote>().ToList();
        if (added.Count == 0 && notes.Count > 0)
            return ReasonCodes.DuplicateMessage;
        // Nobody becomes another by it: who it names is told as by any message, before a visit is given to him.
        if (notes.TrueForAll(n => n.Space != MergeSpace.Patients) && notices.WritePatient(item, converted, source) is var told && notes.Count == 0)
            return told;
        foreach (var note in added)
            Judge(source, note, cause, MostNotes);
        var standing = added.ConvertAll(n => state.Merges.Of(source.Number, n.Space, n.Retired).First(s => s.Number == n.Number));
        return standing.Find(n => n.IsHeld)?.Reason ?? "processed";
    }

    /// <summary>Other facts are known of a patient: what was said of him is judged again.</summary>
    public void JudgeReborn(AdtCause cause)
    {
        foreach (var (source, key) in patients.TakeReborn())
        {
            if (state.Merges.Around(source.Number, MergeSpace.Patients, key, 1) is [var note, ..])
                Judge(source, note, cause, MostNotes);
        }
    }

    /// <summary>An operator takes back what was in force. What was held stays held, whatever contradicted it.</summary>
    public void Undo(Source source, MergeNote note, AdtCause cause)
    {
        state.Merges.Update(note with { State = MergeState.Undone });
        if (note.Space is MergeSpace.Patients or MergeSpace.Visits)
        {
            var around = state.Merges.Around(source.Number, note.Space, note.Retired, int.MaxValue - 1);
            var folded = MergeFold.Fold(around, key => BornIn(source, note.Space, key));
            foreach (var held in around.Where(n => n.IsHeld && n.State == MergeState.Judged && folded.Verdicts[n.Number] == MergeVerdict.InForce))
                state.Merges.Update(held with { State = MergeState.Kept });
        }

        // However much is connected with it: an operator decides to take apart what should not have come together.
        Judge(source, note, cause, int.MaxValue - 1);
    }

    /// <summary>An operator decides that a held one is right.</summary>
    public void Release(Source source, MergeNote note, AdtCause cause)
    {
        state.Merges.Update(note with { State = MergeState.Released });
        // However much is connected with it: an operator decides to take apart what should not have come together.
        Judge(source, note, cause, int.MaxValue - 1);
    }

    /// <summary>Folds all that is connected with a note, and does what comes of it.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="note">Whose state may have changed.</param>
    /// <param name="cause">Why.</param>
    /// <param name="most">More than so many notes are not folded: a new one is held, what stands is left as it is.</param>
    private void Judge(Source source, MergeNote note, AdtCause cause, int most)
    {
        if (note.Space is MergeSpace.VisitMoves or MergeSpace.PatientMoves)
        {
            Move(source, note, cause);
            return;
        }

        var around = state.Merges.Around(source.Number, note.Space, note.Retired, most);
        if (around.Count > most)
        {
            if (note.Verdict == default)
                SetVerdict(note with { State = MergeState.Kept }, MergeVerdict.Doubtful);
            return;
        }

        var folded = MergeFold.Fold(around, key => BornIn(source, note.Space, key));
        if (note.Space == MergeSpace.Visits)
        {
            SetVerdicts(around, folded);
            RenameVisits(source, around, folded, cause);
            return;
        }

        var taken = around.Where(n => n.Verdict == MergeVerdict.InForce && folded.Verdicts[n.Number] != MergeVerdict.InForce).ToList();
        var given = around.Where(n => n.Verdict != MergeVerdict.InForce && folded.Verdicts[n.Number] == MergeVerdict.InForce
            && !around.Any(o => o.Verdict == MergeVerdict.InForce && folded.Verdicts[o.Number] == MergeVerdict.InForce && SaysSame(o, n))).ToList();
        // Said twice it still stands, and so does what was told of it.
        foreach (var ended in taken.Where(n => !around.Any(o => o.Verdict == MergeVerdict.InForce && folded.Verdicts[o.Number] == MergeVerdict.InForce && SaysSame(o, n))))
            notices.Withdraw(source, ended, KeysOf(around));
        var before = new MergeLinks(state, publisher, patients).Apply(source, around, folded);
        SetVerdicts(around, folded, given.Count > 0 ? before : null);
        MovePatients(source, around, folded, cause);
        // A Patient who is retired himself still tells of those who were taken for him.
        foreach (var key in taken.Select(n => n.Survivor).Distinct().Where(folded.Survivors.ContainsKey))
            notices.Refresh(source, key);
        foreach (var begun in given)
            Tell(source, begun, cause);
    }

    /// <summary>Which key leads where, and the visits that follow.</summary>
    private void MovePatients(Source source, IReadOnlyList<MergeNote> around, FoldedMerges folded, AdtCause cause)
    {
        var touched = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in KeysOf(around))
        {
            var before = state.Merges.Survivor(source.Number, key);
            var after = folded.Survivors.GetValueOrDefault(key);
            if (before == after)
                continue;
            if (before is not null)
                notices.Part(source, key, before, cause);
            state.Merges.SetSurvivor(source.Number, key, after);
            touched.UnionWith([key, before ?? key, after ?? key]);
        }

        foreach (var key in touched)
            Refold(source, key, cause);
        foreach (var key in touched.Where(k => !folded.Survivors.ContainsKey(k)))
            notices.Refresh(source, key);
    }

    /// <summary>The visits that are kept under a patient and belong to another one now are folded again.</summary>
    private void Refold(Source source, string key, AdtCause cause)
    {
        if (state.People.Find(RecordKind.Patient, source.Number, key) is not { } record)
            return;
        foreach (var visit in state.Episodes.OfRecord(record.Number))
        {
            if (patients.KeyOf(source, visit.Episode) != key || HasSeveralPatients(source, visit.Episode))
                episodes.Refold(source, visit.Episode.VisitKey, cause);
        }
    }

    /// <summary>Whether two admissions under one number are of one patient or of two is told by their merge.</summary>
    private bool HasSeveralPatients(Source source, Episode visit)
    {
        var events = state.Episodes.EventsOf(source.Number, visit.VisitKey);
        return events.Any(e => e.PatientKey != visit.PatientKey);
    }

    private void RenameVisits(Source source, IReadOnlyList<MergeNote> around, FoldedMerges folded, AdtCause cause)
    {
        var changed = new List<(string Key, string Before, string After)>();
        foreach (var key in KeysOf(around))
        {
            var before = state.Episodes.Resolve(source.Number, key);
            var after = folded.Survivors.GetValueOrDefault(key, key);
            if (before != after)
                changed.Add((key, before, after));
        }

        foreach (var (key, _, _) in changed)
            state.Episodes.Restore(source.Number, key);
        foreach (var (key, _, after) in changed.Where(c => c.Key != c.After))
        {
            foreach (var gone in state.Episodes.Find(source.Number, key))
                episodes.Remove(gone, cause);
            state.Episodes.Rename(source.Number, key, after);
        }

        foreach (var visit in changed.SelectMany(c => new[] { c.Before, c.After }).Distinct().Where(v => !folded.Survivors.ContainsKey(v)))
            episodes.Refold(source, visit, cause);
    }

    private void Move(Source source, MergeNote note, AdtCause cause)
    {
        var verdict = note.State == MergeState.Undone || state.Merges.Of(source.Number, note.Space, note.Retired).Any(n => n.Number == note.Number && n.State == MergeState.Undone)
            ? MergeVerdict.Undone
            : MergeVerdict.InForce;
        state.Merges.Update(state.Merges.Of(source.Number, note.Space, note.Retired).First(n => n.Number == note.Number) with { Verdict = verdict });
        patients.RecordOf(source, patients.KeyOf(source, note.Survivor), []);
        if (note.Space == MergeSpace.VisitMoves)
        {
            episodes.Refold(source, state.Episodes.Resolve(source.Number, note.Retired), cause);
            return;
        }

        // A visit that moved on since lies with whoever it moved to last.
        foreach (var key in KeysOf(state.Merges.Around(source.Number, note.Space, note.Retired, MostNotes)).Select(k => patients.KeyOf(source, k)).Distinct().ToList())
            Refold(source, key, cause);
    }

    /// <summary>A merge came into force: by this message, or by another one or an operator, and then its own message says it.</summary>
    private void Tell(Source source, MergeNote note, AdtCause cause)
    {
        var item = cause.Item is { } own && own.Entry.Id.Value == note.Entry ? own : restage(note.Entry);
        var converted = item?.Events.FirstOrDefault(e => e.Merge is { } m && (m.RetiredKey == note.Retired || m.AlsoRetired.Contains(note.Retired)));
        if (converted is not null)
            notices.Tell(source, note, item!, converted);
    }

    private void SetVerdicts(IReadOnlyList<MergeNote> around, FoldedMerges folded, string? before = null)
    {
        var isParted = around.Any(n => n.Verdict == MergeVerdict.InForce && folded.Verdicts[n.Number] != MergeVerdict.InForce);
        foreach (var note in around)
        {
            var verdict = folded.Verdicts[note.Number];
            // Once some have parted, what was before the others came together is another story.
            var memory = isParted ? null : note.Before;
            if (verdict != note.Verdict)
                SetVerdict(note with { Before = verdict == MergeVerdict.InForce ? before ?? memory : memory }, verdict);
            else if (memory != note.Before)
                state.Merges.Update(note with { Before = memory });
        }
    }

    /// <summary>What is held is in quarantine, and only that.</summary>
    private void SetVerdict(MergeNote note, MergeVerdict verdict)
    {
        var changed = note with { Verdict = verdict };
        if (note.Held is { } item && (!changed.IsHeld || verdict != note.Verdict))
        {
            state.Quarantine.Release(item);
            changed = changed with { Held = null };
        }

        if (changed is { IsHeld: true, Held: null })
        {
            changed = changed with
            {
                Held = state.Quarantine.Hold(new QuarantinedItem
                {
                    Source = note.Source, Entry = note.Entry, Reason = changed.Reason!, Detail = "MRG", Event = note.Trigger,
                }),
            };
        }

        state.Merges.Update(changed);
        state.Audit.Append(new AuditRecord(AuditKinds.Link, SmallJson.Write(changed, static (json, n) =>
        {
            json.WriteNumber("merge", n.Number);
            json.WriteNumber("source", n.Source);
            json.WriteString("event", n.Trigger);
            json.WriteString("entry", n.Entry.ToString(CultureInfo.InvariantCulture));
            json.WriteString("verdict", n.Verdict.ToString().ToLowerInvariant());
        })));
    }

    private int? BornIn(Source source, MergeSpace space, string key) =>
        space == MergeSpace.Patients ? state.People.Find(RecordKind.Patient, source.Number, key)?.Born : null;

    /// <summary>Whether two say the same of the same keys: they are one, are linked, or are not.</summary>
    private static bool SaysSame(MergeNote one, MergeNote other) =>
        (one.Retired, one.Survivor, one.IsLink, one.Kind == AdtMergeKind.UnlinkPatients)
        == (other.Retired, other.Survivor, other.IsLink, other.Kind == AdtMergeKind.UnlinkPatients);

    private static IEnumerable<string> KeysOf(IEnumerable<MergeNote> notes) =>
        notes.SelectMany(n => new[] { n.Retired, n.Survivor }).Distinct().Order(StringComparer.Ordinal);

    /// <summary>A visit that is folded again because of it is not the message's own.</summary>
    private static AdtCause CauseOf(MessageItem item, AdtEvent converted) => AdtCause.Of(item, converted) with { Event = null };
}
