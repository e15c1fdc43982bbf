using System.Collections.Frozen;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Checks;

/// <summary>
/// What every participant must receive, derived from the script of the world alone. The rule is written down here a second time,
/// on purpose: nothing of it is shared with the gateway.
/// </summary>
public sealed class WorldTruth
{
    private readonly World world;
    private readonly FrozenDictionary<string, ParticipantTruth> participants =
        Cast.Participants.ToFrozenDictionary(p => p, p => new ParticipantTruth(p), StringComparer.Ordinal);

    private readonly ILookup<int, Member> memberships;

    private WorldTruth(World world)
    {
        this.world = world;
        memberships = Cast.Payers.SelectMany(p => world.MembersOf(p)).ToLookup(m => m.Person.Index);
    }

    /// <summary>By participant.</summary>
    public IReadOnlyDictionary<string, ParticipantTruth> Participants => participants;

    /// <summary>The truth about both payers' files and, where given, the hospital's script.</summary>
    public static WorldTruth Of(World world, HospitalScript? hospital)
    {
        var truth = new WorldTruth(world);
        foreach (var payer in Cast.Payers)
            truth.AddPayer(new PayerScript(world, payer));
        if (hospital is not null)
            truth.AddHospital(hospital);
        return truth;
    }

    /// <summary>Who may know of something that happened to a hospital's patient on a day, each with its own id of the person.</summary>
    public IEnumerable<(string Participant, string LocalId)> RecipientsOf(HospitalPatient patient, DateOnly day)
    {
        // A record that nothing ties to a payer's belongs to nobody's patient; in this world the others tie to all of them.
        if (patient.Recognition == PatientRecognition.None)
            yield break;
        foreach (var member in memberships[patient.Person.Index])
        {
            if (Open(member) is { } row && row.Covers(day, day, world.Options.LookBackDays))
                yield return (row.Participant, row.LocalId);
        }
    }

    /// <summary>The member's attribution if data may flow by it today.</summary>
    private RosterRow? Open(Member member) =>
        member.Attribution is { } row && row.IsActiveOn(world.Options.Today) && !world.IsOptedOut(member, row.Participant) ? row : null;

    private void AddPayer(PayerScript script)
    {
        var referredTo = new HashSet<(string Participant, ResourceKind Kind, int Number)>();
        foreach (var member in world.MembersOf(script.Payer))
        {
            if (member.Attribution is { } attribution)
                participants[attribution.Participant].ExpectRoster(certain: Open(member) is not null);
            if (Open(member) is not { } row)
                continue;
            Expect(script, new ResourceFact { Kind = ResourceKind.Patient, Member = member, Number = 0 }, row);
            foreach (var fact in script.RecordsOf(member))
            {
                if (fact.IsSensitive || !row.Covers(fact.Start, fact.End, world.Options.LookBackDays))
                    continue;
                Expect(script, fact, row);
                if (fact.Practitioner is { } practitioner)
                    referredTo.Add((row.Participant, ResourceKind.Practitioner, practitioner));
                if (fact.Organization is { } organization)
                    referredTo.Add((row.Participant, ResourceKind.Organization, organization));
                if (fact.Kind == ResourceKind.ExplanationOfBenefit)
                    referredTo.Add((row.Participant, ResourceKind.Organization, 0));
            }
        }
        foreach (var (participant, kind, number) in referredTo)
            participants[participant].Expect(Event(script, new ResourceFact { Kind = kind, Number = number }));
    }

    private void Expect(PayerScript script, in ResourceFact fact, RosterRow row) =>
        participants[row.Participant].Expect(Event(script, fact) with { Person = fact.Member!.Person.Index, LocalIds = [row.LocalId] });

    private static ExpectedEvent Event(PayerScript script, in ResourceFact fact)
    {
        var (stream, type) = fact.Kind switch
        {
            ResourceKind.ExplanationOfBenefit => (StreamNames.Claims, EventTypes.ClaimsEob),
            ResourceKind.Coverage => (StreamNames.Claims, EventTypes.ClaimsCoverage),
            _ => (StreamNames.Clinical, EventTypes.ClinicalResource),
        };
        var id = PublishedId.Create(script.Payer, fact.Type, script.IdOf(fact));
        return new ExpectedEvent { Key = new EventKey(stream, type, $"{fact.Type}/{id:D}"), Source = script.Payer };
    }

    private void AddHospital(HospitalScript script)
    {
        foreach (var message in script.Messages)
        {
            var visit = message.Visit;
            if (message.Effect == MessageEffect.Nothing || visit.Secrecy != VisitSecrecy.None)
                continue;
            var encounter = PublishedId.Create(Cast.Hospital, "Encounter", $"{Cast.HospitalFacility}|{visit.Number}").ToString("D");
            foreach (var recipient in RecipientsOf(visit.Patient, DateOnly.FromDateTime(message.Time)).GroupBy(r => r.Participant, r => r.LocalId))
            {
                var expected = new ExpectedEvent
                {
                    Key = new EventKey(StreamNames.Adt, message.EventType, message.ControlId),
                    Source = Cast.Hospital,
                    Person = visit.Patient.Person.Index,
                    EncounterId = encounter,
                    LocalIds = [.. recipient],
                    IsOptional = message.Effect == MessageEffect.EventOrNothing,
                };
                participants[recipient.Key].Expect(expected);
                // Whether visits of one patient follow each other closely is chance; the signal may be about the other visit.
                foreach (var type in (ReadOnlySpan<string>)[EventTypes.AdtReturn, EventTypes.AdtEdRevisit])
                {
                    participants[recipient.Key].Expect(
                        expected with { Key = new EventKey(StreamNames.Adt, type, message.ControlId), EncounterId = null, IsOptional = true });
                }
            }
        }
    }
}
