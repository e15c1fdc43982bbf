using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Attributions;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// One <c>$provider-member-match</c>: asks a payer about a page of a participant's panel, and takes its answer, direct or by a
/// manifest of Groups (PDex 2.2 allows both).
/// </summary>
internal sealed class PanelMatch(ExportContext context, int index)
{
    private const string Json = "application/fhir+json";
    private readonly ExportParts parts = context.Parts;

    private ExportStep Step => context.Detail.Steps[index];

    public static string MembersPath(ExportParts parts, string job, int match) => Path.Combine(parts.Intake.FolderOf(job, match).Path, "members");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var participant = parts.Organizations.Value.FindParticipant(context.Detail.Panel!)
            ?? throw new ExportException($"there is no participant {context.Detail.Panel}");
        var npi = participant.Npi ?? throw new ExportException($"participant {participant.Id} has no NPI: set it with participant add {participant.Id} --npi");
        var subjects = await SubjectsAsync(participant, cancellationToken);
        var answer = new MemberMatchAnswer();
        if (subjects.Count > 0)
            await AskAsync(subjects, participant, npi, answer, cancellationToken);
        await TakeAsync(participant, subjects, answer, cancellationToken);
    }

    private Task<IReadOnlyList<MatchSubject>> SubjectsAsync(Participant participant, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(parts.Clock.GetUtcNow().UtcDateTime);
        return parts.Jobs.ReadAsync<IReadOnlyList<MatchSubject>>(
            tx => [.. tx.Panels.Of(participant.Number, today, Step.PanelFrom, parts.Options.PatientsPerMatch).Select(p => new MatchSubject(p, MemberIdOf(tx, participant, p)))],
            cancellationToken);
    }

    /// <summary>The member id that a roster of this payer (by id or authority) has of the same person.</summary>
    private string? MemberIdOf(IStateTransaction tx, Participant participant, PanelPatient patient)
    {
        if (tx.People.Find(RecordKind.Panel, participant.Number, patient.Key) is not { } record)
            return null;
        var authorities = context.Source.MemberAuthorities.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return tx.People.OfPerson(record.Person)
            .FirstOrDefault(r => r.Kind == RecordKind.Roster && parts.Organizations.Value.SourceOf(r.Owner).MemberAuthorities.Any(authorities.Contains))?.Key;
    }

    private async Task AskAsync(
        IReadOnlyList<MatchSubject> subjects, Participant participant, string npi, MemberMatchAnswer answer, CancellationToken cancellationToken)
    {
        var now = parts.Clock.GetUtcNow();
        var deadline = now + parts.Options.MostWait;
        context.ShowStep(index, $"{subjects.Count} patients asked about", default);
        var answered = await context.Exchange.SendAsync(
            new EgressRequest
            {
                Method = HttpMethod.Post,
                Url = new Uri($"{context.Exchange.FhirUrl}/Group/{ProviderAccess.MatchOperation}"),
                Headers = [new EgressHeader("Accept", Json), new EgressHeader("Prefer", "respond-async")],
                ContentType = Json,
                Body = MemberMatchParameters.Write(subjects, participant, npi, context.Source, now),
                MayRetry = false,
            }, ExportStart.IsBusy, deadline, cancellationToken);
        await context.ChangeStepAsync(index, s => s with { KickedOffAt = now }, null, cancellationToken);
        if (answered.Status == 200)
            answer.Add(answered.Body);
        else if (answered.Status == 202)
            await FollowAsync(answered, deadline, answer, cancellationToken);
        else
            throw new ExportException($"the match of the panel was refused: {answered.Fault()}");
        if (!answer.IsRead)
            throw new ExportException("the answer to the match of the panel holds no Group that can be understood");
    }

    /// <summary>An asynchronous answer is not stored as a stage: a match asked again after a restart does no harm.</summary>
    private async Task FollowAsync(ExportAnswer accepted, DateTimeOffset deadline, MemberMatchAnswer answer, CancellationToken cancellationToken)
    {
        if (!EgressUrl.TryResolve(accepted.Url, accepted.Header("Content-Location"), out var status, out var fault))
            throw new ExportException($"the server accepted the match and gave no place to ask for it: Content-Location {fault}");
        var following = new MatchFollowing(context, index);
        foreach (var body in await following.WaitAsync(status, deadline, cancellationToken))
            answer.Add(body);
        await new ExportStepRun(context, index).DeleteAsync(status, cancellationToken);
    }

    private async Task TakeAsync(Participant participant, IReadOnlyList<MatchSubject> subjects, MemberMatchAnswer answer, CancellationToken cancellationToken)
    {
        // Found members that the payer does not tell apart are those that it names nowhere else, if their number says so.
        var unnamed = subjects.Count(s => !answer.Answers.ContainsKey(s.Id));
        var rest = unnamed > 0 && unnamed == answer.Anonymous ? PanelAnswer.Found : PanelAnswer.NotFound;
        var answers = subjects.Select(s => (s.Patient.Key, Answer: answer.Answers.GetValueOrDefault(s.Id, rest))).ToList();
        await parts.Answers.WriteAsync(participant, context.Source, answers, cancellationToken);
        await File.WriteAllLinesAsync(MembersPath(parts, context.Job, index), answer.Members, cancellationToken);
        if (unnamed > 0 && rest == PanelAnswer.NotFound && answer.Anonymous > 0)
            await context.NoteAsync("the payer does not say which patients it found: those it names nowhere are told as not found", cancellationToken);
        int Count(PanelAnswer of) => answers.Count(a => a.Answer == of);
        await context.ChangeAsync(d => d with
        {
            Asked = d.Asked + subjects.Count,
            Matched = d.Matched + Count(PanelAnswer.Found),
            Unmatched = d.Unmatched + Count(PanelAnswer.NotFound),
            OptedOut = d.OptedOut + Count(PanelAnswer.OptedOut),
            Steps = d.Steps.SetItem(index, d.Steps[index] with
            {
                Group = answer.Group,
                EndedAt = parts.Clock.GetUtcNow(),
                IsWhole = true,
                IsFullPage = subjects.Count == parts.Options.PatientsPerMatch,
            }),
        }, null, cancellationToken);
    }
}
