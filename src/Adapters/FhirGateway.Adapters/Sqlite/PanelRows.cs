using System.Text.Json;
using FhirGateway.Attributions;

namespace FhirGateway.Adapters.Sqlite;

internal sealed class PanelRows(SqliteDatabase database) : IPanelState
{
    public void Save(int participant, PanelPatient patient) => database
        .Sql("INSERT INTO panel_row (participant, key, until, facts) VALUES (?, ?, ?, ?) ON CONFLICT (participant, key) DO UPDATE SET until = excluded.until, facts = excluded.facts")
        .Bind(participant).Bind(patient.Key).Bind(patient.Until.DayNumber).Bind(JsonSerializer.Serialize(patient.Facts, OrganizationJson.Default.PatientFacts)).Run();

    public IReadOnlyList<PanelPatient> Of(int participant, DateOnly today, int skip, int most) => database
        .Sql("SELECT key, until, facts FROM panel_row WHERE participant = ? AND until >= ? ORDER BY key LIMIT ? OFFSET ?")
        .Bind(participant).Bind(today.DayNumber).Bind(most).Bind(skip)
        .All(r => new PanelPatient(r.Text(0), DateOnly.FromDayNumber(r.Int32(1)), JsonSerializer.Deserialize(r.Text(2), OrganizationJson.Default.PatientFacts)!));

    public PanelAnswer? AnswerOf(int participant, int source, string key) => database
        .Sql("SELECT answer FROM panel_answer WHERE participant = ? AND source = ? AND key = ?").Bind(participant).Bind(source).Bind(key)
        .All(r => (PanelAnswer?)r.Int32(0)).FirstOrDefault();

    public void Save(int participant, int source, string key, PanelAnswer answer, DateOnly day) => database
        .Sql("INSERT INTO panel_answer (participant, source, key, answer, on_day) VALUES (?, ?, ?, ?, ?) ON CONFLICT (participant, source, key) DO UPDATE SET answer = excluded.answer, on_day = excluded.on_day")
        .Bind(participant).Bind(source).Bind(key).Bind((int)answer).Bind(day.DayNumber).Run();
}
