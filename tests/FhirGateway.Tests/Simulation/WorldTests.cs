using System.Security.Cryptography;
using System.Text;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class WorldTests
{
    [Fact]
    public async Task The_same_seed_makes_the_same_bytes_and_another_seed_others()
    {
        var first = await FingerprintAsync(SimulatedWorlds.Create(7));
        Assert.Equal(first, await FingerprintAsync(SimulatedWorlds.Create(7)));
        Assert.NotEqual(first, await FingerprintAsync(SimulatedWorlds.Create(8)));
    }

    [Fact]
    public void The_number_of_people_is_what_was_asked_for() => Assert.Equal(600, SimulatedWorlds.Create().People.Length);

    [Fact]
    public void Every_story_is_told()
    {
        var world = SimulatedWorlds.Create(people: 3_000);
        var (a, b) = (world.MembersOf(Cast.PayerA), world.MembersOf(Cast.PayerB));
        var withB = b.ToDictionary(m => m.Person.Index);
        var both = a.Where(m => withB.ContainsKey(m.Person.Index)).Select(m => (A: m, B: withB[m.Person.Index])).ToList();
        Assert.Contains(world.People, p => p.IsNewborn && p.Twin is not null);
        Assert.Contains(world.People, p => p is { IsNewborn: false, Twin: not null });
        Assert.Contains(world.People, p => p.Before is { } before && before.Family != p.Now.Family);
        Assert.Contains(world.People, p => p.Before is { } before && before.Zip != p.Now.Zip);
        Assert.Contains(both, m => m.A.View != m.B.View);
        Assert.Contains(both, m => m.A.Attribution?.Participant == Cast.AcoEast && m.B.Attribution?.Participant == Cast.AcoWest);
        Assert.Contains(both, m => m.A.Attribution is { } row && row.Participant == m.B.Attribution?.Participant);
        Assert.Contains(a, m => m.Attribution is null);
        Assert.Contains(a, m => m.Attribution?.Start > world.Options.Today);
        Assert.Contains(a, m => m.Attribution?.End < world.Options.Today);
        Assert.Contains(world.OptOuts, r => r is { Participant: null, Revoked: false });
        Assert.Contains(world.OptOuts, r => r.Participant is not null);
        Assert.Contains(world.OptOuts, r => r.Revoked);
        foreach (var recognition in Enum.GetValues<PatientRecognition>())
            Assert.Contains(world.Patients, p => p.Recognition == recognition && !p.Person.IsNewborn);
        var visits = new HospitalScript(world).Visits;
        foreach (var story in Enum.GetValues<VisitStory>())
            Assert.Contains(visits, v => v.Story == story);
        foreach (var secrecy in Enum.GetValues<VisitSecrecy>())
            Assert.Contains(visits, v => v.Secrecy == secrecy);
    }

    [Fact]
    public void No_record_of_one_person_can_be_taken_for_another()
    {
        var world = SimulatedWorlds.Create(people: 5_000);
        var records = Cast.Payers.SelectMany(p => world.MembersOf(p)).Select(m => (m.View.Key, m.Person.Index))
            .Concat(world.Patients.Select(p => (p.View.Key, p.Person.Index)))
            .Where(r => r.Key is not null);
        Assert.All(records.GroupBy(r => r.Key), g => Assert.Single(g.Select(r => r.Index).Distinct()));
        Assert.Equal(world.People.Length, world.People.Select(p => p.Ssn).Distinct().Count());
        var mbis = world.People.Select(p => p.Mbi).OfType<string>().ToList();
        Assert.Equal(mbis.Count, mbis.Distinct().Count());
    }

    [Fact]
    public void No_identifier_can_be_real()
    {
        var world = SimulatedWorlds.Create();
        Assert.All(world.People, p => Assert.Matches("^9[0-9]{2}00[0-9]{4}$", p.Ssn));
        Assert.All(world.People.Select(p => p.Mbi).OfType<string>(), mbi => Assert.Matches("^1S[0-9]{2}[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$", mbi));
    }

    private static async Task<string> FingerprintAsync(World world)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var payer in Cast.Payers)
        {
            hash.AppendData(await SimulatedWorlds.BulkAsync(world, payer));
            hash.AppendData(PayerTables.Roster(world, payer));
            hash.AppendData(PayerTables.OptOuts(world, payer) ?? Encoding.ASCII.GetBytes(payer));
        }
        foreach (var message in new HospitalScript(world).Messages)
            hash.AppendData(HospitalScript.Render(message));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
