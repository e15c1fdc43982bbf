using System.Text;
using FhirGateway.Simulation.Hospital;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class HospitalScriptTests
{
    private readonly World world = SimulatedWorlds.Create(people: 1_500);

    [Fact]
    public void Fields_stand_where_the_standard_puts_them()
    {
        foreach (var message in new HospitalScript(world).Messages)
        {
            var segments = Encoding.UTF8.GetString(HospitalScript.Render(message)).TrimEnd('\r').Split('\r').ToLookup(s => s[..3], s => s.Split('|'));
            var (msh, pid, pv1, pv2, evn) = (segments["MSH"].Single(), segments["PID"].Single(), segments["PV1"].Single(), segments["PV2"].Single(), segments["EVN"].Single());
            var (patient, visit) = (message.Visit.Patient, message.Visit);
            Assert.Equal(Cast.HospitalFacility, msh[3]);
            Assert.Matches($"^ADT\\^{message.Trigger}\\^ADT_A0[1-9]$", msh[8]);
            Assert.Equal(message.ControlId, msh[9]);
            Assert.Equal("2.5.1", msh[11]);
            Assert.Equal("UNICODE UTF-8", msh[17]);
            Assert.Equal(message.Time.ToString("yyyyMMddHHmmss") + "-0700", evn[6]);
            Assert.StartsWith($"{patient.Mrn}^^^NORTHHOSP^MR", pid[3]);
            Assert.StartsWith($"{patient.View.Family}^{patient.View.Given}^", pid[5]);
            Assert.Equal(patient.View.BirthDate.ToString("yyyyMMdd"), pid[7]);
            Assert.Equal(patient.View.Sex.Length == 0 ? "U" : patient.View.Sex, pid[8]);
            Assert.Equal(patient.View.Zip, pid[11].Split('^')[4]);
            Assert.Contains(pid[19], (string[])["", patient.Person.Ssn]);
            Assert.Equal(patient.Person.IsNewborn, pid[21].Length > 0);
            Assert.Equal($"{patient.Person.Ethnicity}^^CDCREC", pid[22]);
            Assert.Equal(patient.Person.Twin is not null, pid.Length > 25 && pid[24] == "Y");
            Assert.Equal(visit.Secrecy == VisitSecrecy.Vip ? "VIP" : "", pv1[16]);
            Assert.Equal(visit.Secrecy == VisitSecrecy.Psychiatric ? "PSY" : "MED", pv1[10]);
            Assert.Equal($"{visit.Number}^^^NORTHHOSP^VN", pv1[19]);
            Assert.Equal(message.Trigger == "A03" ? "01" : "", pv1[36]);
            Assert.Equal(visit.Admitted.ToString("yyyyMMddHHmmss") + "-0700", pv1[44]);
            Assert.Equal(message.Trigger == "A03", pv1[45].Length > 0);
            Assert.StartsWith("^", pv2[3]);
            Assert.StartsWith("A^Ambulance", pv2[38]);
            foreach (var in1 in segments["IN1"])
            {
                Assert.Equal(patient.Person.IsNewborn ? "CHD" : "SEL", in1[17].Split('^')[0]);
                Assert.Equal(patient.Insurance!.MemberId, in1[36]);
                Assert.StartsWith(patient.Insurance.MemberId + "^^^PAYER-", in1[49]);
            }
        }
    }

    [Fact]
    public void Messages_of_a_visit_keep_their_order_and_resent_ones_their_bytes()
    {
        var script = new HospitalScript(world);
        foreach (var visit in script.Messages.GroupBy(m => m.Visit))
        {
            var messages = visit.ToList();
            Assert.Equal(visit.Key.Story == VisitStory.DischargeFirst, messages[0].Trigger == "A03");
            if (visit.Key.Story == VisitStory.UpdateResent)
                Assert.Equal(HospitalScript.Render(messages[1]), HospitalScript.Render(messages[2]));
            if (visit.Key.Story == VisitStory.UpdateResentRenamed)
                Assert.Equal(
                    Encoding.UTF8.GetString(HospitalScript.Render(messages[1])).Replace(messages[1].ControlId, ""),
                    Encoding.UTF8.GetString(HospitalScript.Render(messages[2])).Replace(messages[2].ControlId, ""));
        }
        Assert.Equal(script.Messages.Length - script.Visits.Count(v => v.Story == VisitStory.UpdateResent), script.Messages.Select(m => m.ControlId).Distinct().Count());
    }

    [Fact]
    public void Messages_have_the_size_of_real_ones() =>
        Assert.InRange(new HospitalScript(world).Messages.Average(m => HospitalScript.Render(m).Length), 1_100, 1_700);

    [Fact]
    public void Lanes_of_a_load_share_no_visit_and_no_control_id_and_reach_every_patient()
    {
        var controlIds = new HashSet<string>();
        var people = new HashSet<int>();
        foreach (var lane in Enumerable.Range(0, 4))
        {
            var messages = new LoadMessages(world, run: 3, lane, lanes: 4, messagesPerVisit: 3);
            for (var i = 0; i < world.Patients.Length; i++)
            {
                var message = messages.Next();
                Assert.True(controlIds.Add(message.ControlId));
                people.Add(message.Patient.Person.Index);
                Assert.Contains("|" + message.ControlId + "|", Encoding.UTF8.GetString(message.Bytes.Span));
            }
        }
        Assert.Equal(world.Patients.Length, people.Count);
    }
}
