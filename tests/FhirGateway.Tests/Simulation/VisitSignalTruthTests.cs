using FhirGateway.Contracts;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

/// <summary>The truth about returns and revisits, found again by comparing every visit with every other one.</summary>
public sealed class VisitSignalTruthTests
{
    [Fact]
    public void Every_certain_return_follows_a_stay_within_thirty_days_and_every_straight_one_is_certain()
    {
        var world = World.Create(new WorldOptions { People = 1_500, Today = SimulatedWorlds.Today, VisitsPerPatient = 3 });
        var script = new HospitalScript(world);
        var byId = script.Visits.ToDictionary(v => PublishedId.Create(Cast.Hospital, "Encounter", $"{Cast.HospitalFacility}|{v.Number}").ToString("D"));
        var certain = WorldTruth.Of(world, script).Participants.Values.SelectMany(p => p.Events.Values)
            .Where(e => EventKey.IsSignal(e.Key.Type) && !e.IsOptional).ToList();
        Assert.Contains(certain, e => e.Key.Type == EventTypes.AdtReturn);
        Assert.Contains(certain, e => e.Key.Type == EventTypes.AdtEdRevisit);
        foreach (var signal in certain)
        {
            var visit = byId[signal.Key.Subject];
            var hours = signal.Key.Type == EventTypes.AdtReturn ? 30 * 24 : 72;
            Assert.Equal(VisitSecrecy.None, visit.Secrecy);
            Assert.Equal(signal.Key.Type == EventTypes.AdtReturn ? 'I' : 'E', visit.PatientClass);
            Assert.Contains(script.Visits, v => v != visit && v.Patient == visit.Patient && v.PatientClass == visit.PatientClass
                && v.Discharged <= visit.Admitted && visit.Admitted - v.Discharged <= TimeSpan.FromHours(hours));
        }
    }
}
