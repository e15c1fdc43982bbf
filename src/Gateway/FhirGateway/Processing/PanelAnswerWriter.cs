using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>
/// Takes what a payer answered about patients of a panel, and tells the panel's owner on its roster stream what it did not know:
/// a patient who is not found or who opted out, and one who is found after having been neither.
/// </summary>
public sealed class PanelAnswerWriter(IStateStore store, IBodyStore bodies, CurrentDirectory directory, TimeProvider clock)
{
    private const int RowsPerTransaction = 50;

    /// <summary>Stores the answers; what is published is committed when it returns.</summary>
    public async Task WriteAsync(Participant participant, Source payer, IReadOnlyList<(string Key, PanelAnswer Answer)> answers, CancellationToken cancellationToken)
    {
        foreach (var chunk in answers.Chunk(RowsPerTransaction))
        {
            await store.WriteAsync(StateLane.Messages, tx =>
            {
                var publisher = new Publisher(tx, directory.Value, bodies, clock.GetUtcNow());
                foreach (var (key, answer) in chunk)
                    Write(tx, publisher, participant, payer, key, answer);
                return true;
            }, cancellationToken);
        }
    }

    private void Write(IStateTransaction tx, Publisher publisher, Participant participant, Source payer, string key, PanelAnswer answer)
    {
        var before = tx.Panels.AnswerOf(participant.Number, payer.Number, key);
        if (before == answer)
            return;
        tx.Panels.Save(participant.Number, payer.Number, key, answer, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        if (before is null && answer == PanelAnswer.Found)
            return;
        if (tx.People.Find(RecordKind.Panel, participant.Number, key) is not { } record
            || tx.Attributions.OfRecord(record.Number).FirstOrDefault(a => a.Method == AttributionMethod.Panel && a.Participant == participant.Number) is not { } row)
            return;
        publisher.PublishRoster(row, record.Person, TypeOf(answer), payer.Id, "match at " + payer.Id);
    }

    private static string TypeOf(PanelAnswer answer) => answer switch
    {
        PanelAnswer.Found => EventTypes.RosterFound,
        PanelAnswer.NotFound => EventTypes.RosterNotFound,
        PanelAnswer.OptedOut => EventTypes.RosterOptedOut,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no answer of a payer"),
    };
}
