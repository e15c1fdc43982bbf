using System.Globalization;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Text;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Load;

/// <summary>
/// An endless row of ADT messages for one lane (connection): visit after visit over all the hospital's patients, every visit number
/// and control id once. Lanes of one run share nothing but the world.
/// </summary>
public sealed class LoadMessages
{
    private static readonly string[] Steps = ["A01", "A08", "A03"];
    private readonly TextBuffer text = new(4_096);
    private readonly World world;
    private readonly int lanes;
    private readonly int run;
    private readonly int messagesPerVisit;
    private int ordinal;
    private int step;
    private Visit visit;

    /// <param name="world">Whose patients come.</param>
    /// <param name="run">Distinguishes runs against one gateway: part of every visit number and control id.</param>
    /// <param name="lane">From 0.</param>
    /// <param name="lanes">All lanes of the run.</param>
    /// <param name="messagesPerVisit">1: A01 only; 2: A01, A08; 3: A01, A08, A03.</param>
    public LoadMessages(World world, int run, int lane, int lanes, int messagesPerVisit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesPerVisit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messagesPerVisit, Steps.Length);
        (this.world, this.run, this.lanes, this.messagesPerVisit) = (world, run, lanes, messagesPerVisit);
        ordinal = lane;
        visit = MakeVisit();
    }

    /// <summary>Visits begun so far.</summary>
    public int Visits { get; private set; }

    /// <summary>Makes the next message.</summary>
    public LoadMessage Next()
    {
        if (step == messagesPerVisit)
        {
            step = 0;
            ordinal += lanes;
            visit = MakeVisit();
        }
        if (step == 0)
            Visits++;
        var trigger = Steps[step];
        var time = step switch { 0 => visit.Admitted, 1 => visit.Updated, _ => visit.Discharged };
        var controlId = string.Create(CultureInfo.InvariantCulture, $"L{run}-{ordinal}-{step}");
        step++;
        text.Clear();
        AdtMessageWriter.Write(text, HospitalScript.Message(visit, trigger, controlId, time, MessageEffect.Event));
        return new LoadMessage(text.Written, controlId, trigger, visit.Patient);
    }

    private Visit MakeVisit()
    {
        var admitted = world.Options.Today.AddDays(-1).ToDateTime(TimeOnly.MinValue).AddSeconds(ordinal % 60_000);
        return new Visit
        {
            Patient = world.Patients[ordinal % world.Patients.Length],
            Number = string.Create(CultureInfo.InvariantCulture, $"L{run}V{ordinal:D8}"),
            PatientClass = 'I',
            Story = VisitStory.Plain,
            Admitted = admitted,
            Updated = admitted.AddMinutes(20),
            Discharged = admitted.AddHours(4),
        };
    }
}
