using System.Collections.Immutable;
using FhirGateway.Attributions;
using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>Takes rosters, panels and opt-outs, in short transactions. What it reports is in force when it returns.</summary>
public sealed class RosterIntake(
    IStateStore store, IBodyStore bodies, CurrentDirectory directory, WorkSignal reevaluation, TimeProvider clock) : IDisposable
{
    private const int RowsPerTransaction = 50;

    /// <summary>Days for which a panel row attests a relationship unless the loader says otherwise.</summary>
    public const int DefaultPanelDays = 365;
    private readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>Loads a payer's roster. <paramref name="rejected"/> are rows that could not be read.</summary>
    public Task<RosterReport> LoadRosterAsync(
        Source payer, string client, IReadOnlyList<RosterRow> rows, IReadOnlyList<RejectedRow> rejected, RosterOptions options, CancellationToken cancellationToken) =>
        ExclusiveAsync(async () =>
        {
            var faults = new List<RejectedRow>(rejected);
            var good = Check(rows, options, faults);
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            var drops = options.ChangesOnly ? Drops.None : await DropsAsync(payer, good, faults, today, cancellationToken);
            if (drops.Count > 0 && !options.Confirmed && drops.Count > RosterOptions.DropShareToConfirm * drops.Active)
                return new RosterReport { NeedsConfirmation = true, Dropped = drops.Count, Rejected = [.. faults] };
            await EnsureAgreementsAsync(good.Select(r => r.Participant!), payer, cancellationToken);
            var report = new RosterReport { Rejected = [.. faults.OrderBy(f => f.Line)], Dropped = drops.Count };
            var origin = "roster of " + payer.Id;
            foreach (var chunk in drops.Attributions.Chunk(RowsPerTransaction))
            {
                await store.WriteAsync(StateLane.Messages, tx =>
                {
                    var writer = new RosterWriter(tx, directory.Value, bodies, clock.GetUtcNow());
                    foreach (var attribution in chunk)
                        writer.End(attribution, origin);
                    return true;
                }, cancellationToken);
            }

            foreach (var chunk in good.Chunk(RowsPerTransaction))
            {
                report = await store.WriteAsync(StateLane.Messages, tx =>
                {
                    var writer = new RosterWriter(tx, directory.Value, bodies, clock.GetUtcNow());
                    return chunk.Aggregate(report, (sum, row) => Count(sum, writer, Write(writer, payer, row, origin)));
                }, cancellationToken);
            }

            await FinishAsync("roster", payer.Id, client, report, cancellationToken);
            return report;
        }, cancellationToken);

    /// <summary>Loads a participant's panel: each row attests a relationship from today for <paramref name="days"/> days.</summary>
    public Task<RosterReport> LoadPanelAsync(
        Participant participant, string client, IReadOnlyList<RosterRow> rows, IReadOnlyList<RejectedRow> rejected, int days, CancellationToken cancellationToken) =>
        ExclusiveAsync(async () =>
        {
            await EnsureAgreementsAsync([participant.Id], null, cancellationToken);
            var report = new RosterReport { Rejected = [.. rejected] };
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            foreach (var chunk in rows.Chunk(RowsPerTransaction))
            {
                report = await store.WriteAsync(StateLane.Messages, tx =>
                {
                    var writer = new RosterWriter(tx, directory.Value, bodies, clock.GetUtcNow());
                    return chunk.Aggregate(report, (sum, row) =>
                    {
                        var (record, outcome) = writer.Match(RecordKind.Panel, participant.Number, row, IdentifierKeys.OfPanel(row.Facts));
                        var changed = writer.Attribute(record, row, new Attribution
                        {
                            Record = record.Number,
                            Participant = participant.Number,
                            Method = AttributionMethod.Panel,
                            Start = today,
                            End = today.AddDays(days),
                            LocalId = row.Key,
                            KnownOn = today,
                        }, "panel of " + participant.Id);
                        tx.Panels.Save(participant.Number, new PanelPatient(row.Key, today.AddDays(days), row.Facts));
                        return Count(sum, writer, (record, outcome, changed));
                    });
                }, cancellationToken);
            }

            await FinishAsync("panel", participant.Id, client, report, cancellationToken);
            return report;
        }, cancellationToken);

    /// <summary>Loads opt-outs and revocations about a source's data.</summary>
    public Task<RosterReport> LoadOptOutsAsync(
        Source source, string client, IReadOnlyList<RosterRow> rows, IReadOnlyList<RejectedRow> rejected, CancellationToken cancellationToken) =>
        ExclusiveAsync(async () =>
        {
            var faults = new List<RejectedRow>(rejected);
            var tomorrow = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1);
            faults.AddRange(rows.Where(r => r.AsOf > tomorrow).Select(r => new RejectedRow(r.Line, "date", "in the future") { Key = r.Key }));
            var good = rows.Where(r => !(r.AsOf > tomorrow) && (r.Participant is null || IsKnown(r.Participant, r, faults))).ToList();
            var report = new RosterReport { Rejected = [.. faults.OrderBy(f => f.Line)] };
            foreach (var chunk in good.Chunk(RowsPerTransaction))
            {
                report = await store.WriteAsync(StateLane.Messages, tx =>
                {
                    var now = clock.GetUtcNow();
                    var writer = new RosterWriter(tx, directory.Value, bodies, now);
                    return chunk.Aggregate(report, (sum, row) =>
                    {
                        var (record, outcome) = writer.Match(RecordKind.OptOut, source.Number, row, IdentifierKeys.OfMember(source, row.Key));
                        var participant = row.Participant is null ? null : directory.Value.FindParticipant(row.Participant);
                        writer.Choose(record, source.Number, participant?.Number, row.OptedOut, row.AsOf ?? DateOnly.FromDateTime(now.UtcDateTime));
                        return Count(sum, writer, (record, outcome, true));
                    });
                }, cancellationToken);
            }

            await FinishAsync("opt-out", source.Id, client, report, cancellationToken);
            return report;
        }, cancellationToken);

    public void Dispose() => oneAtATime.Dispose();

    private (SourceRecord, MatchOutcome, bool) Write(RosterWriter writer, Source payer, RosterRow row, string origin)
    {
        var (record, outcome) = writer.Match(RecordKind.Roster, payer.Number, row, IdentifierKeys.OfMember(payer, row.Key));
        var changed = writer.Attribute(record, row, new Attribution
        {
            Record = record.Number,
            Participant = directory.Value.FindParticipant(row.Participant!)!.Number,
            Source = payer.Number,
            Method = AttributionMethod.Roster,
            Contract = row.Contract,
            LineOfBusiness = row.LineOfBusiness,
            Tin = row.Tin,
            Npi = row.Npi,
            Start = row.Start!.Value,
            End = row.End,
            LocalId = row.LocalId,
            KnownOn = default,
        }, origin);
        return (record, outcome, changed);
    }

    private static RosterReport Count(RosterReport sum, RosterWriter writer, (SourceRecord Record, MatchOutcome Outcome, bool Changed) row) => sum with
    {
        Accepted = sum.Accepted + 1,
        Changed = sum.Changed + (row.Changed ? 1 : 0),
        Ambiguous = sum.Ambiguous + (row.Outcome is MatchOutcome.Ambiguous or MatchOutcome.Conflict ? 1 : 0),
        Unmatched = sum.Unmatched + (row.Outcome is not (MatchOutcome.Ambiguous or MatchOutcome.Conflict) && !writer.IsMatched(row.Record) ? 1 : 0),
    };

    private List<RosterRow> Check(IReadOnlyList<RosterRow> rows, RosterOptions options, List<RejectedRow> faults)
    {
        var good = new List<RosterRow>();
        var periods = new Dictionary<(string, string, string?), List<RosterRow>>();
        foreach (var given in rows)
        {
            var row = given with { Participant = given.Participant ?? options.Participant };
            if (row.Participant is null)
                faults.Add(new RejectedRow(row.Line, "participant", "the row names no participant, and none was given for the file") { Key = row.Key });
            else if (row.Start is null)
                faults.Add(new RejectedRow(row.Line, "start", "missing") { Key = row.Key });
            else if (row.End < row.Start)
                faults.Add(new RejectedRow(row.Line, "end", "before start") { Key = row.Key });
            else if (IsKnown(row.Participant, row, faults) && IsApart(row, periods, faults))
                good.Add(row);
        }

        return good;
    }

    private static bool IsApart(RosterRow row, Dictionary<(string, string, string?), List<RosterRow>> periods, List<RejectedRow> faults)
    {
        var key = (row.Key, row.Participant!, row.Contract);
        if (!periods.TryGetValue(key, out var earlier))
            periods[key] = earlier = [];
        var other = earlier.Find(e => (e.End is not { } end || row.Start <= end) && (row.End is not { } until || e.Start <= until));
        if (other is not null)
        {
            faults.Add(new RejectedRow(row.Line, "start", $"the period overlaps that of line {other.Line} for the same member, participant and contract") { Key = row.Key });
            return false;
        }

        earlier.Add(row);
        return true;
    }

    private bool IsKnown(string participant, RosterRow row, List<RejectedRow> faults)
    {
        if (directory.Value.FindParticipant(participant) is not null)
            return true;
        faults.Add(new RejectedRow(row.Line, "participant", "unknown participant") { Key = row.Key });
        return false;
    }

    /// <summary>Attributions that the file no longer names. A member whose row was rejected is no drop: what is on file stays.</summary>
    private async Task<Drops> DropsAsync(
        Source payer, List<RosterRow> rows, List<RejectedRow> rejected, DateOnly today, CancellationToken cancellationToken)
    {
        var unread = rejected.Select(r => r.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var kept = rows.Select(r => (r.Key, directory.Value.FindParticipant(r.Participant!)!.Number, r.Contract)).ToHashSet();
        // A file without any row replaces the roster that has no contract: by nothing, which asks for confirmation.
        var contracts = rows.Count == 0 && rejected.Count == 0 ? [null] : rows.Select(r => r.Contract).Distinct().ToList();
        return await store.WriteAsync(StateLane.Messages, tx =>
        {
            var active = contracts.SelectMany(c => tx.Attributions.OfRoster(payer.Number, c))
                .Where(a => a.End is null || a.End >= today).ToList();
            var dropped = active.Where(a => tx.People.Get(a.Record).Key is var key && !unread.Contains(key)
                && !kept.Contains((key, a.Participant, a.Contract))).ToList();
            return new Drops(active.Count, dropped);
        }, cancellationToken);
    }

    private async Task EnsureAgreementsAsync(IEnumerable<string> participants, Source? payer, CancellationToken cancellationToken)
    {
        var numbers = participants.Distinct().Select(p => directory.Value.FindParticipant(p)!.Number).ToList();
        OrganizationDirectory? before = null;
        try
        {
            await store.WriteAsync(StateLane.Messages, tx =>
            {
                if (!DefaultAgreements.Ensure(tx, directory.Value, numbers, payer))
                    return false;
                // Before the next transaction, so that nothing is judged by the old directory afterwards.
                before ??= directory.Value;
                directory.Value = tx.Organizations.Load();
                return true;
            }, cancellationToken);
        }
        catch when (before is not null)
        {
            directory.Value = before;
            throw;
        }
    }

    private async Task FinishAsync(string what, string organisation, string client, RosterReport report, CancellationToken cancellationToken)
    {
        await store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Audit.Append(new AuditRecord(AuditKinds.Change, RosterReportJson.Of(what, organisation, client, report)));
            return true;
        }, cancellationToken);
        reevaluation.Set();
    }

    private async Task<RosterReport> ExclusiveAsync(Func<Task<RosterReport>> load, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await load();
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private sealed record Drops(int Active, IReadOnlyList<Attribution> Attributions)
    {
        public int Count => Attributions.Count;
        public static readonly Drops None = new(0, []);
    }
}
