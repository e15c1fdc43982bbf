using FhirGateway.Simulation.People;
using FhirGateway.Simulation.Text;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Hospital;

/// <summary>Writes ADT messages (HL7 v2.5.1, ER7, UTF-8) as a hospital's registration system would.</summary>
internal static class AdtMessageWriter
{
    private static readonly string[] Doctors =
        ["9100000011^Belarfen^Corina^^^Dr.^^^NPI", "9100000029^Dalinmont^Ulric^^^Dr.^^^NPI", "9100000037^Harovwick^Selette^^^Dr.^^^NPI", "9100000045^Norenley^Torard^^^Dr.^^^NPI"];

    private static readonly string[] Complaints = ["Chest pain", "Shortness of breath", "Fall at home", "Abdominal pain", "Fever", "Dizziness"];

    private static readonly string[] Diagnoses =
        ["R07.9^Chest pain, unspecified^I10C", "R06.02^Shortness of breath^I10C", "S72.001A^Fracture of unspecified part of neck of right femur^I10C", "R10.9^Unspecified abdominal pain^I10C", "J18.9^Pneumonia, unspecified organism^I10C", "I63.9^Cerebral infarction, unspecified^I10C"];

    internal static void Write(TextBuffer text, ScriptedMessage message)
    {
        var (visit, trigger, time) = (message.Visit, message.Trigger, message.Time);
        var variety = visit.Patient.Person.Index;
        var later = trigger is not ("A01" or "A04" or "A11");
        text.Add("MSH|^~\\&|NORTHADT|"u8).Add(Cast.HospitalFacility).Add("|GATEWAY|HIE|"u8).AddHl7(time.AddSeconds(20))
            .Add("||ADT^"u8).Add(trigger).Add("^"u8).Add(Structure(trigger))
            .Add("|"u8).Add(message.ControlId).Add("|P|2.5.1|||||USA|UNICODE UTF-8|en^English^ISO639\r"u8);
        text.Add("EVN||"u8).AddHl7(time.AddSeconds(10)).Add("|||REG"u8).Add(variety % 40).Add("^Registration^Desk|"u8).AddHl7(time).Add("|NORTHHOSP\r"u8);
        WritePerson(text, visit);
        text.Add("NK1|1|"u8).Add(visit.Patient.View.Family).Add("^"u8).Add(variety % 2 == 0 ? "Alfrin"u8 : "Beluna"u8)
            .Add("|"u8).Add(visit.Patient.Person.Mother is null ? "SPO^Spouse^HL70063"u8 : "PAR^Parent^HL70063"u8).Add("|"u8);
        AddAddress(text, visit.Patient.View);
        text.Add("|^PRN^PH^^^303^555"u8).AddPadded(100 + variety % 100, 4).Add("||C^Emergency Contact^HL70131\r"u8);
        WriteVisit(text, message, later);
        var cause = variety % Complaints.Length;
        text.Add("PV2|||^"u8).Add(Complaints[cause]).Add("|||||"u8).AddHl7(visit.Admitted).Add("||||||||||||||||||||||||||||||"u8).Add("A^Ambulance^HL70430\r"u8);
        WriteDiagnoses(text, visit, later, cause);
        text.Add("AL1|1|DA^Drug allergy^HL70127|7980^Penicillin^RXNORM|MO^Moderate^HL70128|Hives|20150412\r"u8);
        if (visit.Patient.Insurance is { } insurance)
            WriteInsurance(text, visit.Patient, insurance);
    }

    private static void WritePerson(TextBuffer text, Visit visit)
    {
        var patient = visit.Patient;
        var (person, view) = (patient.Person, patient.View);
        text.Add("PID|1||"u8).Add(patient.Mrn).Add("^^^NORTHHOSP^MR"u8);
        if (patient.Recognition == PatientRecognition.Mbi)
            text.Add("~"u8).Add(person.Mbi!).Add("^^^CMS^MC"u8);
        if (patient.Recognition == PatientRecognition.MemberId)
            text.Add("~"u8).Add(patient.Insurance!.MemberId).Add("^^^"u8).Add(Authority(patient.Insurance)).Add("^MB"u8);
        text.Add("||"u8).Add(view.Family).Add("^"u8).Add(view.Given).Add("^^^^^L|"u8);
        text.Add("|"u8).AddHl7(view.BirthDate).Add("|"u8).Add(view.Sex.Length == 0 ? "U" : view.Sex).Add("||"u8)
            .Add(person.Race).Add("^^CDCREC|"u8);
        AddAddress(text, view);
        text.Add("||^PRN^PH^^^"u8).Add(view.Phone[..3]).Add("^"u8).Add(view.Phone[3..]).Add("||"u8).Add(person.Language)
            .Add("^^ISO639|S^Single^HL70002||ACC"u8).Add(visit.Number).Add("^^^NORTHHOSP^AN|"u8);
        if (patient.Recognition != PatientRecognition.None && person.Index % 3 == 0)
            text.Add(person.Ssn);
        text.Add("||"u8);
        if (person is { IsNewborn: true, Mother: { } mother })
            text.Add("N"u8).AddPadded(mother + 400_000, 8).Add("^^^NORTHHOSP^MR"u8);
        text.Add("|"u8).Add(person.Ethnicity).Add("^^CDCREC"u8);
        if (person.Twin is { } twin)
            text.Add("||Y|"u8).Add(person.Index < twin ? 1 : 2);
        text.Add("\r"u8);
    }

    private static string Structure(string trigger) => trigger switch
    {
        "A02" or "A03" or "A06" => "ADT_" + trigger,
        "A11" => "ADT_A09",
        _ => "ADT_A01",
    };

    private static void WriteVisit(TextBuffer text, ScriptedMessage message, bool later)
    {
        var (visit, trigger) = (message.Visit, message.Trigger);
        var variety = visit.Patient.Person.Index;
        text.Add("PV1|1|"u8).Add(message.PatientClass == 'E' ? "E"u8 : "I"u8).Add("|"u8).Add(message.Unit).Add("^"u8).Add(100 + variety % 40).Add("^A^NORTHHOSP|"u8)
            .Add(visit.Patient.Person.IsNewborn ? "N"u8 : visit.PatientClass == 'E' ? "E"u8 : "U"u8).Add("|||"u8);
        // The update brings another attending doctor and a second diagnosis: a change that matters.
        text.Add(Doctors[(variety + (later ? 1 : 0)) % Doctors.Length]).Add("|"u8).Add(Doctors[(variety + 2) % Doctors.Length]).Add("||"u8)
            .Add(visit.Secrecy == VisitSecrecy.Psychiatric ? "PSY"u8 : "MED"u8).Add("||||"u8)
            .Add(visit.Patient.Person.IsNewborn ? ""u8 : "1"u8).Add("||"u8).Add(visit.Secrecy == VisitSecrecy.Vip ? "VIP"u8 : ""u8).Add("|"u8)
            .Add(Doctors[(variety + 3) % Doctors.Length]).Add("||"u8).Add(visit.Number).Add("^^^NORTHHOSP^VN|||||||||||||||||"u8)
            .Add(trigger == "A03" ? "01"u8 : ""u8).Add("||||||||"u8).AddHl7(visit.Admitted).Add("|"u8);
        if (trigger == "A03")
            text.AddHl7(message.Time);
        text.Add("\r"u8);
    }

    private static void WriteDiagnoses(TextBuffer text, Visit visit, bool later, int cause)
    {
        var first = visit.Secrecy == VisitSecrecy.SubstanceUse ? "F10.20^Alcohol dependence, uncomplicated^I10C" : Diagnoses[cause];
        text.Add("DG1|1||"u8).Add(first).Add("||"u8).AddHl7(visit.Admitted).Add("|A\r"u8);
        if (later)
            text.Add("DG1|2||"u8).Add(Diagnoses[(cause + 1) % Diagnoses.Length]).Add("||"u8).AddHl7(visit.Updated).Add("|W\r"u8);
    }

    private static void WriteInsurance(TextBuffer text, HospitalPatient patient, Member insurance)
    {
        // A newborn shows the mother's card: the number is hers, and the relationship says so.
        var (view, relation) = patient.Person.IsNewborn ? (insurance.View, "CHD^Child^HL70063") : (patient.View, "SEL^Self^HL70063");
        text.Add("IN1|1|PLAN1^Simulated plan|"u8).Add(Authority(insurance)).Add("|Simulated payer "u8).Add(insurance.Payer)
            .Add("|1 Payer Plaza^^Denver^CO^80202||^WPN^PH^^^303^5550199|GRP1||||20240101||||"u8).Add(view.Family).Add("^"u8).Add(view.Given)
            .Add("|"u8).Add(relation).Add("|"u8).AddHl7(view.BirthDate).Add("|"u8);
        AddAddress(text, view);
        text.Add("|||||||||||||||||"u8).Add(insurance.MemberId).Add("|||||||||||||"u8).Add(insurance.MemberId).Add("^^^"u8)
            .Add(Authority(insurance)).Add("^MB\r"u8);
    }

    private static string Authority(Member member) => member.Payer == Cast.PayerA ? "PAYER-A" : "PAYER-B";

    private static void AddAddress(TextBuffer text, PersonView view) =>
        text.Add(view.Street).Add("^^"u8).Add(view.City).Add("^CO^"u8).Add(view.Zip).Add("^USA^H"u8);
}
