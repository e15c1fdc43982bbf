using System.Globalization;
using System.Collections.Immutable;
using FhirGateway.Attributions;
using FhirGateway.People;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class AttributionRows(SqliteDatabase database) : IAttributionState
{
    private const string Columns =
        "SELECT a.n, a.record, a.participant, a.source, a.method, a.contract, a.lob, a.tin, a.npi, a.starts, a.ends, a.local_id, a.known FROM attribution a";

    public PersonStanding StandingOf(PersonId person)
    {
        var attributions = database
            .Sql(Columns + " JOIN source_record r ON r.n = a.record WHERE r.person = ? ORDER BY a.n").Bind(person.Value).All(Read);
        var choices = database
            .Sql("SELECT o.record, o.source, o.participant, o.opted_out, o.recorded FROM opt_out o JOIN source_record r ON r.n = o.record WHERE r.person = ?")
            .Bind(person.Value)
            .All(r => new OptOut(r.Int64(0), r.Int32(1), r.Int32(2) == 0 ? null : r.Int32(2), r.Int32(3) != 0, r.Day(4)!.Value));
        return attributions.Count == 0 && choices.Count == 0 ? PersonStanding.Nothing : new PersonStanding([.. attributions], [.. choices]);
    }

    public IReadOnlyList<Attribution> OfRoster(int source, string? contract) => database
        .Sql(Columns + " WHERE a.source = ? AND a.contract IS ? ORDER BY a.n").Bind(source).Bind(contract).All(Read);

    public IReadOnlyList<Attribution> OfRecord(long record) => database
        .Sql(Columns + " WHERE a.record = ? ORDER BY a.n").Bind(record).All(Read);

    public Attribution Insert(Attribution a)
    {
        database
            .Sql("INSERT INTO attribution (record, participant, source, method, contract, lob, tin, npi, starts, ends, local_id, known) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(a.Record).Bind(a.Participant).Bind((long?)a.Source).Bind((int)a.Method).Bind(a.Contract).Bind(a.LineOfBusiness)
            .Bind(a.Tin).Bind(a.Npi).Bind((DateOnly?)a.Start).Bind(a.End).Bind(a.LocalId).Bind((DateOnly?)a.KnownOn).Run();
        return a with { Number = database.LastInsertRowId };
    }

    public void Update(Attribution a) => database
        .Sql("UPDATE attribution SET lob = ?, tin = ?, npi = ?, starts = ?, ends = ?, local_id = ? WHERE n = ?")
        .Bind(a.LineOfBusiness).Bind(a.Tin).Bind(a.Npi).Bind((DateOnly?)a.Start).Bind(a.End).Bind(a.LocalId).Bind(a.Number).Run();

    public void Save(OptOut choice) => database
        .Sql("INSERT INTO opt_out (record, source, participant, opted_out, recorded) VALUES (?, ?, ?, ?, ?) ON CONFLICT (record, source, participant) DO UPDATE SET opted_out = excluded.opted_out, recorded = excluded.recorded WHERE excluded.recorded >= opt_out.recorded")
        .Bind(choice.Record).Bind(choice.Source).Bind(choice.Participant ?? 0).Bind(choice.OptedOut ? 1 : 0).Bind((DateOnly?)choice.RecordedOn).Run();

    public IReadOnlyList<PersonId> OpeningBetween(DateOnly after, DateOnly upTo) => database
        .Sql("SELECT DISTINCT r.person FROM attribution a JOIN source_record r ON r.n = a.record WHERE (a.starts > ? AND a.starts <= ?) OR EXISTS (SELECT 1 FROM agreement g WHERE json_extract(g.detail, '$.NoticeDays') > 0 AND a.known + json_extract(g.detail, '$.NoticeDays') > ? AND a.known + json_extract(g.detail, '$.NoticeDays') <= ?) OR a.participant IN (SELECT p.n FROM agreement g JOIN participant p ON p.id = json_extract(g.detail, '$.Participant') WHERE json_extract(g.detail, '$.Start') > ? AND json_extract(g.detail, '$.Start') <= ?)")
        .Bind((DateOnly?)after).Bind((DateOnly?)upTo).Bind((DateOnly?)after).Bind((DateOnly?)upTo)
        .Bind(after.ToString("O", CultureInfo.InvariantCulture)).Bind(upTo.ToString("O", CultureInfo.InvariantCulture)).All(r => new PersonId(r.Int64(0)));

    public IReadOnlyList<int> ParticipantsWithAny() => database.Sql("SELECT DISTINCT participant FROM attribution").All(r => r.Int32(0));

    public IReadOnlyList<PersonId> PersonsOf(int participant) => database
        .Sql("SELECT DISTINCT r.person FROM attribution a JOIN source_record r ON r.n = a.record WHERE a.participant = ?")
        .Bind(participant).All(r => new PersonId(r.Int64(0)));

    private static Attribution Read(Statement r) => new()
    {
        Number = r.Int64(0),
        Record = r.Int64(1),
        Participant = r.Int32(2),
        Source = (int?)r.Int64OrNull(3),
        Method = (AttributionMethod)r.Int32(4),
        Contract = r.TextOrNull(5),
        LineOfBusiness = r.TextOrNull(6),
        Tin = r.TextOrNull(7),
        Npi = r.TextOrNull(8),
        Start = r.Day(9)!.Value,
        End = r.Day(10),
        LocalId = r.TextOrNull(11),
        KnownOn = r.Day(12)!.Value,
    };
}
