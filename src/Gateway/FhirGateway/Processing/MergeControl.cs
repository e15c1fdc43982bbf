using System.Globalization;
using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>What operators see of merges and decide about them. What they did is in force when it returns.</summary>
public sealed class MergeControl(JournaledMessages messages, IStateStore store, IBodyStore bodies, CurrentDirectory directory, TimeProvider clock)
{
    /// <summary>How a merge is named: the number of its note.</summary>
    public const string IdPrefix = "m-";

    /// <summary>The newest merges, newest first. They name patients: who looked is in the audit log.</summary>
    public Task<IReadOnlyList<MergeNote>> ListAsync(int? source, bool onlyHeld, int most, string by, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx =>
        {
            var found = tx.Merges.Newest(source, onlyHeld, most);
            if (found.Count > 0)
            {
                tx.Audit.Append(new AuditRecord(AuditKinds.Delivery, SmallJson.Write((by, found), static (json, f) =>
                {
                    json.WriteString("client", f.by);
                    json.WriteString("read", "merges");
                    json.WriteNumber("from", f.found[^1].Number);
                    json.WriteNumber("to", f.found[0].Number);
                })));
            }

            return found;
        }, cancellationToken);

    /// <summary>Takes back what is in force: links, visits and events are as if it had not been sent.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="retired">The key that it retired, moved or linked, as it was sent; or the merge's id (m-17).</param>
    /// <param name="by">Who asks, for the audit log.</param>
    /// <param name="cancellationToken">Gives up before it is done.</param>
    public Task<Steered> UndoAsync(Source source, string retired, string by, CancellationToken cancellationToken) =>
        SteerAsync(source, retired, by, "undo", n => n.Verdict == MergeVerdict.InForce, (w, n, cause) => w.Undo(source, n, cause), cancellationToken);

    /// <inheritdoc cref="UndoAsync"/>
    /// <summary>Puts in force what was held: it counts from now on, whatever spoke against it.</summary>
    public Task<Steered> ReleaseAsync(Source source, string retired, string by, CancellationToken cancellationToken) =>
        SteerAsync(source, retired, by, "release", n => n.IsHeld, (w, n, cause) => w.Release(source, n, cause), cancellationToken);

    private Task<Steered> SteerAsync(
        Source source, string retired, string by, string verb, Func<MergeNote, bool> isConcerned, Action<MergeWriter, MergeNote, AdtCause> steer,
        CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Messages, tx =>
        {
            var named = Named(tx, source, retired);
            if (named.Count == 0)
                return new Steered(SteerOutcome.Unknown, $"{verb}: {source.Id} sent no merge of that name; see ./gateway merge list --source {source.Id}");
            var concerned = named.Where(isConcerned).ToList();
            if (concerned.Count == 0)
                return new Steered(SteerOutcome.NotPossible, verb == "undo" ? "undo: it is not in force" : "release: it is not held");
            if (concerned.Select(n => n.Space).Distinct().Count() > 1)
                return new Steered(SteerOutcome.NotPossible, $"{verb}: a patient and a visit go by that name; give the id of the line in ./gateway merge list --source {source.Id}");
            var now = clock.GetUtcNow();
            var writer = new MessageWriter(tx, new Publisher(tx, directory.Value, bodies, now), directory.Value, messages.Find, now);
            foreach (var note in concerned)
            {
                // Taking back one may have changed what the next one does.
                if (tx.Merges.Find(note.Number) is { } current && isConcerned(current))
                    steer(writer.Merges, current, AdtCause.Of("merge " + verb, now));
            }

            tx.Audit.Append(new AuditRecord(AuditKinds.Change, SmallJson.Write((verb, source.Id, by, concerned), static (json, f) =>
            {
                json.WriteString("change", "merge " + f.verb);
                json.WriteString("source", f.Id);
                json.WriteString("client", f.by);
                json.WriteStartArray("merges");
                foreach (var note in f.concerned)
                    json.WriteNumberValue(note.Number);
                json.WriteEndArray();
            })));
            return new Steered(SteerOutcome.Done, $"{verb}: {string.Join(", ", concerned.Select(n => $"{IdOf(n)} ({n.Trigger})"))}");
        }, cancellationToken);

    public static string IdOf(MergeNote note) => IdPrefix + note.Number.ToString(CultureInfo.InvariantCulture);

    private static List<MergeNote> Named(IStateTransaction tx, Source source, string retired)
    {
        if (retired.StartsWith(IdPrefix, StringComparison.Ordinal)
            && long.TryParse(retired.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && tx.Merges.Find(number) is { } note && note.Source == source.Number)
            return [.. tx.Merges.Of(source.Number, note.Space, note.Retired).Where(n => n.Survivor == note.Survivor)];
        return [.. Enum.GetValues<MergeSpace>().SelectMany(space => tx.Merges.Of(source.Number, space, retired))];
    }
}
