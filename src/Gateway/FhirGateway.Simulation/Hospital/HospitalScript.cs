using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Simulation.People;
using FhirGateway.Simulation.Text;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Hospital;

/// <summary>Every visit of the hospital's last days and every message about it, in the order of sending.</summary>
public sealed class HospitalScript
{
    private const int VisitFacts = 51;

    /// <summary>So many visits begin between two messages of one visit.</summary>
    private const int Interleave = 9;

    public HospitalScript(World world)
    {
        World = world;
        Visits = [.. MakeVisits(world)];
        Messages = [.. Visits
            .SelectMany((visit, i) => MessagesOf(visit).Select((message, j) => (Message: message, Position: i + j * Interleave)))
            .OrderBy(m => m.Position)
            .Select(m => m.Message)];
    }

    public World World { get; }
    public ImmutableArray<Visit> Visits { get; }

    /// <summary>In the order of sending; messages of one visit must be sent one after the other.</summary>
    public ImmutableArray<ScriptedMessage> Messages { get; }

    /// <summary>The bytes of a message, without MLLP framing; always the same for the same message.</summary>
    public static byte[] Render(ScriptedMessage message)
    {
        var text = new TextBuffer(2_048);
        AdtMessageWriter.Write(text, message.Visit, message.Trigger, message.ControlId, message.Time);
        return text.Written.ToArray();
    }

    private static IEnumerable<Visit> MakeVisits(World world)
    {
        var number = 0;
        foreach (var patient in world.Patients)
        {
            var count = SeededRandom.For(world.Options.Seed, VisitFacts, patient.Person.Index, 0).Between(1, Math.Max(1, 2 * world.Options.VisitsPerPatient - 1));
            if (patient.Person.IsNewborn)
                count = 1;
            for (var i = 0; i < count; i++)
                yield return MakeVisit(world, patient, i, ++number);
        }
    }

    private static Visit MakeVisit(World world, HospitalPatient patient, int ordinal, int number)
    {
        var random = SeededRandom.For(world.Options.Seed, VisitFacts, patient.Person.Index, ordinal + 1);
        var newborn = patient.Person.IsNewborn;
        var day = newborn ? patient.Person.Now.BirthDate : world.Options.Today.AddDays(-random.Between(4, 20));
        var admitted = day.ToDateTime(new TimeOnly(random.Between(0, 20), random.Next(60), random.Next(60)));
        var inpatient = newborn || random.Chance(60);
        return new Visit
        {
            Patient = patient,
            Number = string.Create(CultureInfo.InvariantCulture, $"V{number:D8}"),
            PatientClass = inpatient ? 'I' : 'E',
            Story = random.Next(100) switch
            {
                < 40 => VisitStory.Plain,
                < 55 => VisitStory.Short,
                < 65 => VisitStory.Open,
                < 74 => VisitStory.UpdateResent,
                < 83 => VisitStory.UpdateResentRenamed,
                < 91 => VisitStory.DischargeFirst,
                _ => inpatient ? VisitStory.WithTransfer : VisitStory.Plain,
            },
            Secrecy = newborn ? VisitSecrecy.None : random.Next(100) switch
            {
                < 4 => VisitSecrecy.Vip,
                < 8 => VisitSecrecy.Psychiatric,
                < 11 => VisitSecrecy.SubstanceUse,
                _ => VisitSecrecy.None,
            },
            Admitted = admitted,
            Updated = admitted.AddMinutes(random.Between(30, 80)),
            Discharged = admitted.AddMinutes(random.Between(120, 200)),
        };
    }

    private static List<ScriptedMessage> MessagesOf(Visit visit)
    {
        var arrival = Message(visit, visit.PatientClass == 'E' ? "A04" : "A01", "1", visit.Admitted);
        var update = Message(visit, "A08", "3", visit.Updated);
        var discharge = Message(visit, "A03", "5", visit.Discharged);
        return visit.Story switch
        {
            VisitStory.Short => [arrival, discharge],
            VisitStory.Open => [arrival, update],
            VisitStory.UpdateResent => [arrival, update, update with { Effect = MessageEffect.Nothing }, discharge],
            VisitStory.UpdateResentRenamed => [arrival, update, update with { ControlId = ControlId(visit, "4"), Effect = MessageEffect.Nothing }, discharge],
            VisitStory.DischargeFirst => [discharge, arrival with { Effect = MessageEffect.EventOrNothing }],
            VisitStory.WithTransfer => [arrival, update, Message(visit, "A02", "2", visit.Updated.AddMinutes(10)), discharge],
            _ => [arrival, update, discharge],
        };
    }

    private static ScriptedMessage Message(Visit visit, string trigger, string step, DateTime time) =>
        new() { Visit = visit, Trigger = trigger, ControlId = ControlId(visit, step), Time = time, Effect = MessageEffect.Event };

    private static string ControlId(Visit visit, string step) => $"NH{visit.Number}-{step}";
}
