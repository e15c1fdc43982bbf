using FhirGateway.Normalization.Adt;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class VisitRows(SqliteDatabase database) : IVisitState
{
    public EpisodeState? Find(Guid encounter) => database
        .Sql("SELECT status, starts, ends, last_event, last_offset FROM visit WHERE encounter = ?").Bind(encounter)
        .One(r => new EpisodeState(r.Text(0), r.TextOrNull(1), r.TextOrNull(2),
            new DateTimeOffset(r.Int64(3), TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(r.Int32(4)))));

    public void Save(Guid encounter, EpisodeState state) => database
        .Sql("INSERT INTO visit (encounter, status, starts, ends, last_event, last_offset) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (encounter) DO UPDATE SET status = excluded.status, starts = excluded.starts, ends = excluded.ends, last_event = excluded.last_event, last_offset = excluded.last_offset")
        .Bind(encounter).Bind(state.Status).Bind(state.PeriodStart).Bind(state.PeriodEnd)
        .Bind(state.LastEventTime.UtcTicks).Bind((long)state.LastEventTime.Offset.TotalMinutes).Run();
}
