using FhirGateway.Simulation.People;
using FhirGateway.Simulation.Text;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Payers;

/// <summary>
/// Writes facts as FHIR R4 JSON, one line each, in the manner of US Core and CARIN Blue Button. Payer A refers by
/// <c>Type/id</c> and by <c>Type?identifier=system|value</c>, payer B by <c>urn:uuid:</c>.
/// </summary>
internal sealed class ResourceWriter(PayerScript script, TextBuffer text)
{
    private const int Detail = 41;
    private readonly bool isA = script.Payer == Cast.PayerA;
    private readonly int seed = script.World.Options.Seed;
    private SeededRandom random;

    internal void Write(in ResourceFact fact)
    {
        random = SeededRandom.For(seed, Detail + (int)fact.Kind + (isA ? 0 : 100), fact.Member?.Person.Index ?? -1, fact.Number);
        text.Add("{\"resourceType\":\""u8).Add(fact.Type).Add("\",\"id\":\""u8).Add(script.IdOf(fact))
            .Add("\",\"meta\":{\"lastUpdated\":\""u8).AddIso(script.World.Options.Today.AddDays(-1)).Add("T04:00:00.000Z\""u8);
        switch (fact.Kind)
        {
            case ResourceKind.Organization:
                WriteOrganization(fact);
                break;
            case ResourceKind.Practitioner:
                WritePractitioner(fact);
                break;
            case ResourceKind.Patient:
                WritePatient(fact.Member!);
                break;
            case ResourceKind.Coverage:
                WriteCoverage(fact);
                break;
            case ResourceKind.Encounter:
                WriteEncounter(fact);
                break;
            case ResourceKind.Condition:
                WriteCondition(fact);
                break;
            default:
                WriteClaim(fact);
                break;
        }
        text.Add("}\n"u8);
    }

    private void WriteOrganization(in ResourceFact fact)
    {
        text.Add("},\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\""u8);
        AddNpi(ResourceKind.Organization, fact.Number);
        text.Add("\"}],\"active\":true,\"type\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/organization-type\",\"code\":\""u8)
            .Add(fact.Number == 0 ? "pay"u8 : "prov"u8).Add("\"}]}],\"name\":\"Simulated "u8).Add(fact.Number == 0 ? "payer "u8 : "clinic "u8)
            .Add(script.Payer).Add(" "u8).Add(fact.Number)
            .Add("\",\"telecom\":[{\"system\":\"phone\",\"value\":\"303-555-0"u8).AddPadded(100 + fact.Number % 100, 3)
            .Add("\"}],\"address\":[{\"line\":[\""u8).Add(100 + fact.Number).Add(" Granite Road\"],\"city\":\"Denver\",\"state\":\"CO\",\"postalCode\":\"80202\",\"country\":\"US\"}]"u8);
    }

    private void WritePractitioner(in ResourceFact fact)
    {
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitioner\"]},\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\""u8);
        AddNpi(ResourceKind.Practitioner, fact.Number);
        var sex = random.Chance(50) ? "F" : "M";
        text.Add("\"}],\"active\":true,\"name\":[{\"family\":\""u8).Add(Names.Family(ref random)).Add("\",\"given\":[\""u8).Add(Names.Given(ref random, sex))
            .Add("\"],\"prefix\":[\"Dr.\"]}],\"gender\":\""u8).Add(sex == "F" ? "female"u8 : "male"u8).Add("\""u8);
    }

    private void WritePatient(Member member)
    {
        var (person, view) = (member.Person, member.View);
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient\"]},\"extension\":["u8);
        AddCategory("us-core-race"u8, person.Race);
        text.Add(","u8);
        AddCategory("us-core-ethnicity"u8, person.Ethnicity);
        text.Add("],\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MB\"}]},\"system\":\""u8);
        AddMemberSystem();
        text.Add("\",\"value\":\""u8).Add(member.MemberId).Add("\"}"u8);
        if (person.Mbi is { } mbi)
            text.Add(",{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MC\"}]},\"system\":\"http://hl7.org/fhir/sid/us-mbi\",\"value\":\""u8).Add(mbi).Add("\"}"u8);
        if (member.TellsSsn)
            text.Add(",{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"SS\"}]},\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\""u8).Add(person.Ssn).Add("\"}"u8);
        text.Add("],\"active\":true,\"name\":[{\"use\":\"official\",\"family\":\""u8).Add(view.Family).Add("\",\"given\":[\""u8).Add(view.Given)
            .Add("\"]}],\"telecom\":[{\"system\":\"phone\",\"value\":\""u8).Add(view.Phone).Add("\",\"use\":\"home\"}],\"gender\":\""u8)
            .Add(view.Sex == "F" ? "female"u8 : "male"u8).Add("\",\"birthDate\":\""u8).AddIso(view.BirthDate)
            .Add("\",\"address\":[{\"use\":\"home\",\"line\":[\""u8).Add(view.Street).Add("\"],\"city\":\""u8).Add(view.City)
            .Add("\",\"state\":\"CO\",\"postalCode\":\""u8).Add(view.Zip).Add("\",\"country\":\"US\"}],\"communication\":[{\"language\":{\"coding\":[{\"system\":\"urn:ietf:bcp:47\",\"code\":\""u8)
            .Add(person.Language).Add("\"}]},\"preferred\":true}]"u8);
    }

    private void WriteCoverage(in ResourceFact fact)
    {
        var member = fact.Member!;
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-Coverage\"]},\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MB\"}]},\"system\":\""u8);
        AddMemberSystem();
        text.Add("\",\"value\":\""u8).Add(member.MemberId).Add("\"}],\"status\":\"active\",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIP\"}]},\"subscriberId\":\""u8)
            .Add(member.MemberId).Add("\",\"beneficiary\":"u8);
        AddPatient(member, byIdentifier: fact.Number == 0);
        text.Add(",\"relationship\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/subscriber-relationship\",\"code\":\"self\"}]},\"period\":{\"start\":\""u8).AddIso(fact.Start!.Value);
        if (fact.End is { } end)
            text.Add("\",\"end\":\""u8).AddIso(end);
        text.Add("\"},\"payor\":["u8);
        AddDirectory(ResourceKind.Organization, fact.Organization!.Value);
        text.Add("],\"class\":[{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/coverage-class\",\"code\":\"plan\"}]},\"value\":\"PLAN-"u8)
            .Add(random.Between(1, 9)).Add("\",\"name\":\"Simulated plan\"}]"u8);
    }

    private void WriteEncounter(in ResourceFact fact)
    {
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-encounter\"]},\"status\":\"finished\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"AMB\",\"display\":\"ambulatory\"},\"type\":[{\"coding\":[{\"system\":\"http://www.ama-assn.org/go/cpt\",\"code\":\""u8)
            .Add(ClaimCodes.Office(ref random)).Add("\"}],\"text\":\"Office or other outpatient visit\"}],\"subject\":"u8);
        AddPatient(fact.Member!, byIdentifier: false);
        text.Add(",\"participant\":[{\"individual\":"u8);
        AddDirectory(ResourceKind.Practitioner, fact.Practitioner!.Value);
        // Late in the evening in the offset of the place: the day is the day as written, whatever it is in UTC.
        text.Add("}],\"period\":{\"start\":\""u8).AddIso(fact.Start!.Value).Add("T08:30:00-07:00\",\"end\":\""u8).AddIso(fact.End!.Value)
            .Add("T22:45:00-07:00\"},\"serviceProvider\":"u8);
        AddDirectory(ResourceKind.Organization, fact.Organization!.Value);
    }

    private void WriteCondition(in ResourceFact fact)
    {
        var (code, name) = fact.IsSensitive ? ClaimCodes.SensitiveDiagnosis : ClaimCodes.Diagnosis(ref random);
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns\"]},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},\"verificationStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-ver-status\",\"code\":\"confirmed\"}]},\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-category\",\"code\":\"problem-list-item\"}]}],\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\""u8)
            .Add(code).Add("\",\"display\":\""u8).Add(name).Add("\"}],\"text\":\""u8).Add(name).Add("\"},\"subject\":"u8);
        AddPatient(fact.Member!, byIdentifier: false);
        text.Add(",\"onsetDateTime\":\""u8).AddIso(fact.Start!.Value).Add("\",\"recordedDate\":\""u8).AddIso(fact.Start.Value).Add("\""u8);
    }

    private void WriteClaim(in ResourceFact fact)
    {
        var member = fact.Member!;
        var (diagnosis, _) = fact is { IsSensitive: true, Number: var n } && n % 2 == 0 ? ClaimCodes.SensitiveDiagnosis : ClaimCodes.Diagnosis(ref random);
        var cents = random.Between(4_000, 90_000);
        var paid = cents * random.Between(50, 95) / 100;
        text.Add(",\"profile\":[\"http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Professional-NonClinician\"]},\"identifier\":[{\"system\":\"https://"u8)
            .Add(script.Payer).Add(".example/claim\",\"value\":\""u8).Add(script.IdOf(fact))
            .Add("\"}],\"status\":\"active\",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/claim-type\",\"code\":\"professional\"}]},\"subType\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType\",\"code\":\"outpatient\"}]},\"use\":\"claim\",\"patient\":"u8);
        AddPatient(member, byIdentifier: fact.Number % 5 == 4);
        text.Add(",\"billablePeriod\":{\"start\":\""u8).AddIso(fact.Start!.Value).Add("\",\"end\":\""u8).AddIso(fact.End!.Value)
            .Add("\"},\"created\":\""u8).AddIso(fact.End.Value.AddDays(3)).Add("T10:00:00-07:00\",\"insurer\":"u8);
        AddDirectory(ResourceKind.Organization, 0);
        text.Add(",\"provider\":"u8);
        AddDirectory(ResourceKind.Organization, fact.Organization!.Value);
        text.Add(",\"outcome\":\"complete\",\"careTeam\":[{\"sequence\":1,\"provider\":"u8);
        AddDirectory(ResourceKind.Practitioner, fact.Practitioner!.Value);
        text.Add("}],\"diagnosis\":[{\"sequence\":1,\"diagnosisCodeableConcept\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\""u8)
            .Add(diagnosis)
            .Add("\"}]}}],\"insurance\":[{\"focal\":true,\"coverage\":{\"reference\":\"Coverage/cov-"u8)
            .AddPadded(member.Person.Index, 7).Add("-0000\"}}],\"item\":[{\"sequence\":1,\"productOrService\":{\"coding\":["u8);
        if (fact.IsSensitive && fact.Number % 2 == 1)
            text.Add("{\"system\":\"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets\",\"code\":\"H0005\"}"u8);
        else
            text.Add("{\"system\":\"http://www.ama-assn.org/go/cpt\",\"code\":\""u8).Add(ClaimCodes.Office(ref random)).Add("\"}"u8);
        text.Add("]},\"servicedDate\":\""u8).AddIso(fact.Start.Value).Add("\"}],\"total\":["u8);
        AddAmount("submitted"u8, cents);
        text.Add(","u8);
        AddAmount("benefit"u8, paid);
        text.Add("],\"payment\":{\"date\":\""u8).AddIso(fact.End.Value.AddDays(14)).Add("\",\"amount\":{\"value\":"u8).AddCents(paid).Add(",\"currency\":\"USD\"}}"u8);
    }

    private void AddAmount(ReadOnlySpan<byte> category, int cents) =>
        text.Add("{\"category\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/adjudication\",\"code\":\""u8).Add(category)
            .Add("\"}]},\"amount\":{\"value\":"u8).AddCents(cents).Add(",\"currency\":\"USD\"}}"u8);

    private void AddCategory(ReadOnlySpan<byte> extension, string code) =>
        text.Add("{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/"u8).Add(extension)
            .Add("\",\"extension\":[{\"url\":\"ombCategory\",\"valueCoding\":{\"system\":\"urn:oid:2.16.840.1.113883.6.238\",\"code\":\""u8).Add(code)
            .Add("\"}},{\"url\":\"text\",\"valueString\":\""u8).Add(code).Add("\"}]}"u8);

    private void AddMemberSystem() => text.Add("https://"u8).Add(script.Payer).Add(".example/member"u8);

    /// <summary>A number of ten digits that begins with 9, which no real provider has.</summary>
    private void AddNpi(ResourceKind kind, int number) =>
        text.Add("9"u8).AddPadded((kind == ResourceKind.Organization ? 5 : 1) * 100_000_000 + (isA ? 0 : 50_000_000) + number, 9);

    private void AddPatient(Member member, bool byIdentifier)
    {
        text.Add("{\"reference\":\""u8);
        if (!isA)
        {
            text.Add("urn:uuid:"u8).Add(member.PatientId);
        }
        else if (byIdentifier)
        {
            text.Add("Patient?identifier="u8);
            AddMemberSystem();
            text.Add("|"u8).Add(member.MemberId);
        }
        else
        {
            text.Add("Patient/"u8).Add(member.PatientId);
        }
        text.Add("\"}"u8);
    }

    private void AddDirectory(ResourceKind kind, int number)
    {
        text.Add("{\"reference\":\""u8);
        var type = kind == ResourceKind.Organization ? "Organization"u8 : "Practitioner"u8;
        if (!isA)
        {
            text.Add("urn:uuid:"u8).Add(script.DirectoryId(kind, number));
        }
        else if (kind == ResourceKind.Practitioner && number % 3 == 0)
        {
            text.Add(type).Add("?identifier=http://hl7.org/fhir/sid/us-npi|"u8);
            AddNpi(kind, number);
        }
        else
        {
            text.Add(type).Add("/"u8).Add(script.DirectoryId(kind, number));
        }
        text.Add("\"}"u8);
    }
}
