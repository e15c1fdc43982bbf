using System.Collections.Immutable;
using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Worlds;

/// <summary>
/// The script of the simulated world: people in families, what two payers and a hospital know of them, and which of two
/// accountable care organisations they are attributed to. Everything sent to the gateway and everything expected from it is
/// derived from this; nothing is derived from the gateway.
/// </summary>
public sealed class World
{
    private readonly ImmutableArray<Member> payerA;
    private readonly ImmutableArray<Member> payerB;
    private readonly ILookup<(string Payer, int Person), OptOutRow> optOutsByMember;

    internal World(WorldOptions options, ImmutableArray<SimulatedPerson> people, ImmutableArray<Member> payerA, ImmutableArray<Member> payerB, ImmutableArray<HospitalPatient> patients, ImmutableArray<OptOutRow> optOuts)
    {
        Options = options;
        People = people;
        this.payerA = payerA;
        this.payerB = payerB;
        Patients = patients;
        OptOuts = optOuts;
        optOutsByMember = optOuts.ToLookup(r => (r.Payer, r.Person));
    }

    public WorldOptions Options { get; }

    public ImmutableArray<SimulatedPerson> People { get; }

    /// <summary>Whom the hospital knows, newborns included.</summary>
    public ImmutableArray<HospitalPatient> Patients { get; }

    /// <summary>Opt-outs and revocations of both payers, oldest first.</summary>
    public ImmutableArray<OptOutRow> OptOuts { get; }

    /// <summary>Makes the world; equal options give an equal world.</summary>
    public static World Create(WorldOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.People, 20);
        return new WorldBuilder(options).Build();
    }

    /// <summary>The members of a payer, by person.</summary>
    public ImmutableArray<Member> MembersOf(string payer) => payer switch
    {
        Cast.PayerA => payerA,
        Cast.PayerB => payerB,
        _ => throw new ArgumentException($"No payer '{payer}' in the world", nameof(payer)),
    };

    /// <summary>The payer's roster, in the order of its file.</summary>
    public IEnumerable<RosterRow> RosterOf(string payer) => MembersOf(payer).Select(m => m.Attribution).OfType<RosterRow>();

    /// <summary>Whether an opt-out of the payer's member is in force at the participant: the latest row that speaks of it wins.</summary>
    public bool IsOptedOut(Member member, string participant)
    {
        var optedOut = false;
        foreach (var row in optOutsByMember[(member.Payer, member.Person.Index)])
        {
            if (row.Participant is null || row.Participant == participant)
                optedOut = !row.Revoked;
        }
        return optedOut;
    }
}
