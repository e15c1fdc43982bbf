using System.Globalization;
using FhirGateway.Simulation.People;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Payers;

/// <summary>What a payer holds: every resource of its files as a fact, made on demand, so that a file of any size costs no memory.</summary>
public sealed class PayerScript(World world, string payer)
{
    private const int ClaimStory = 31;
    private const int CareStory = 32;
    private const int CoverageStory = 33;
    private readonly int salt = payer == Cast.PayerA ? 0 : 1;
    private readonly DateOnly today = world.Options.Today;
    private readonly int seed = world.Options.Seed;

    public World World => world;
    public string Payer => payer;

    /// <summary>Organisations, the payer itself as number 0.</summary>
    public int OrganizationCount { get; } = 12 + world.Options.People / 200;

    public int PractitionerCount { get; } = 20 + world.Options.People / 10;

    /// <summary>Resources of no person.</summary>
    public IEnumerable<ResourceFact> Directory()
    {
        for (var i = 0; i < OrganizationCount; i++)
            yield return new ResourceFact { Kind = ResourceKind.Organization, Number = i };
        for (var i = 0; i < PractitionerCount; i++)
            yield return new ResourceFact { Kind = ResourceKind.Practitioner, Number = i };
    }

    /// <summary>The Patient of every member.</summary>
    public IEnumerable<ResourceFact> Patients() =>
        world.MembersOf(payer).Select(m => new ResourceFact { Kind = ResourceKind.Patient, Member = m, Number = 0 });

    /// <summary>Everything else about every member, member by member.</summary>
    public IEnumerable<ResourceFact> Records() => world.MembersOf(payer).SelectMany(RecordsOf);

    /// <summary>Coverages, encounters, conditions and claims of a member.</summary>
    public IEnumerable<ResourceFact> RecordsOf(Member member) => [.. Coverages(member), .. Care(member), .. Claims(member)];

    /// <summary>The id by which the payer knows the resource.</summary>
    public string IdOf(in ResourceFact fact) => fact.Kind switch
    {
        ResourceKind.Organization or ResourceKind.Practitioner => DirectoryId(fact.Kind, fact.Number).ToString("D"),
        ResourceKind.Patient => fact.Member!.PatientId,
        ResourceKind.Coverage => Numbered("cov", fact),
        ResourceKind.Encounter => Numbered("enc", fact),
        ResourceKind.Condition => Numbered("con", fact),
        _ => Numbered("eob", fact),
    };

    internal Guid DirectoryId(ResourceKind kind, int number) => StableId.Of(seed, 10 + (int)kind, salt, number);

    private static string Numbered(string prefix, in ResourceFact fact) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{fact.Member!.Person.Index:D7}-{fact.Number:D4}");

    private List<ResourceFact> Coverages(Member member)
    {
        var random = SeededRandom.For(seed, CoverageStory + 100 * salt, member.Person.Index, 0);
        var since = new DateOnly(today.Year - random.Between(1, 4), 1, 1);
        List<ResourceFact> facts = [new ResourceFact { Kind = ResourceKind.Coverage, Member = member, Number = 0, Start = since, Organization = 0 }];
        if (random.Chance(20))
            facts.Add(new ResourceFact { Kind = ResourceKind.Coverage, Member = member, Number = 1, Start = since.AddYears(-2), End = since.AddDays(-1), Organization = 0 });
        return facts;
    }

    private List<ResourceFact> Care(Member member)
    {
        var random = SeededRandom.For(seed, CareStory + 100 * salt, member.Person.Index, 0);
        List<ResourceFact> facts = [];
        var visits = random.Next(3);
        for (var i = 0; i < visits; i++)
        {
            var start = today.AddDays(-random.Between(5, 720));
            facts.Add(new ResourceFact
            {
                Kind = ResourceKind.Encounter,
                Member = member,
                Number = i,
                Start = start,
                End = start.AddDays(random.Next(4)),
                Practitioner = random.Next(PractitionerCount),
                Organization = random.Between(1, OrganizationCount - 1),
            });
        }
        var conditions = random.Next(3);
        for (var i = 0; i < conditions; i++)
        {
            var onset = today.AddDays(-random.Between(5, 720));
            facts.Add(new ResourceFact { Kind = ResourceKind.Condition, Member = member, Number = i, Start = onset, End = onset, IsSensitive = random.Chance(6) });
        }
        return facts;
    }

    private IEnumerable<ResourceFact> Claims(Member member)
    {
        var count = SeededRandom.For(seed, ClaimStory + 100 * salt, member.Person.Index, 0).Between(0, 2 * world.Options.ClaimsPerMember);
        for (var i = 0; i < count; i++)
        {
            var random = SeededRandom.For(seed, ClaimStory + 100 * salt, member.Person.Index, i + 1);
            var start = today.AddDays(-random.Between(5, 720));
            yield return new ResourceFact
            {
                Kind = ResourceKind.ExplanationOfBenefit,
                Member = member,
                Number = i,
                Start = start,
                End = start.AddDays(random.Chance(70) ? 0 : random.Between(1, 5)),
                IsSensitive = random.Chance(4),
                Practitioner = random.Next(PractitionerCount),
                Organization = random.Between(1, OrganizationCount - 1),
            };
        }
    }
}
