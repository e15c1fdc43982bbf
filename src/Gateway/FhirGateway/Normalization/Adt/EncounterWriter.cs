using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1, PV2 and the ranks of DG1 to Encounter.</summary>
internal static class EncounterWriter
{
    public static void Write(AdtScope scope, Visit visit, Guid id)
    {
        var json = scope.Json;
        var pv1 = scope.Message.First("PV1");
        var pv2 = scope.Message.First("PV2");
        scope.StartResource("Encounter", id);
        WriteIdentifiers(scope, pv1);
        json.WriteString("status"u8, visit.Status);
        WriteClass(scope, pv1);
        scope.Concept("serviceType", pv1.Field(10), "PV1-10", CodeTables.HospitalService);
        json.Reference("subject", "Patient", scope.PatientId);
        WriteParticipants(scope, pv1);
        PeriodWriter.Write(scope, visit.Start, visit.End);
        if (pv2.Field(3).HasValue && (pv2.Field(3).TextOf(1) ?? pv2.Field(3).TextOf(2)) is not null)
        {
            json.WriteStartArray("reasonCode"u8);
            scope.Concept(null, pv2.Field(3), "PV2-3");
            json.WriteEndArray();
        }
        WriteDiagnoses(scope);
        if (AccountWriter.Require(scope) is { } account)
        {
            json.WriteStartArray("account"u8);
            json.ReferenceValue("Account", account);
            json.WriteEndArray();
        }
        WriteHospitalization(scope, pv1);
        WriteLocations(scope, pv1, visit.Status);
        if (OrganizationWriter.OfSender(scope) is { } provider)
            json.Reference("serviceProvider", "Organization", provider);
        scope.EndResource();
    }

    private static void WriteIdentifiers(AdtScope scope, Hl7Segment pv1)
    {
        var number = new ExtendedId(pv1.Field(19));
        var alternate = new ExtendedId(pv1.Field(50));
        var account = new ExtendedId(scope.Message.First("PID").Field(18));
        if (number.Id is null && alternate.Id is null && account.Id is null)
            return;
        scope.Json.WriteStartArray("identifier"u8);
        WriteIdentifier(scope, number, "VN");
        WriteIdentifier(scope, alternate, "VN");
        WriteIdentifier(scope, account, "AN");
        scope.Json.WriteEndArray();
    }

    private static void WriteIdentifier(AdtScope scope, ExtendedId id, string defaultType)
    {
        if (FhirElements.Clean(id.Id) is not { } value)
            return;
        // A receiver must be able to tell the visit number, so that type is not left to the sender's spelling.
        var system = IdentifierSystems.OfAuthority(scope.Source, id.Authority, scope.Facility);
        scope.Identifier(system, value, id.TypeCode ?? defaultType, id.Authority.Namespace);
    }

    /// <summary>What has no counterpart stays readable as the sender's own code in type; the class is then C or U of v2-0004, or unknown.</summary>
    private static void WriteClass(AdtScope scope, Hl7Segment pv1)
    {
        var json = scope.Json;
        var value = pv1.Field(2);
        var code = value.TextOf(1);
        var target = code is null ? null : CodeTables.PatientClass.Find(code);
        var listed = code is not null && CodeTables.PatientClass.Contains(code);
        if (code is not null && !listed)
            scope.Report(AdtIssueCodes.UnmappedCode, "PV1-2");
        json.WritePropertyName("class"u8);
        if (target is not null)
            json.Coding(target.System, target.Code, target.Display);
        else if (listed)
            json.Coding(CodeTables.Terminology + "v2-0004", code!, null);
        else
            json.Coding(CodeTables.NullFlavor, "UNK", "unknown");
        var keepsClass = code is not null && (!listed || code is "R" or "B");
        if (!keepsClass && !HasText(pv1.Field(4)))
            return;
        json.WriteStartArray("type"u8);
        if (keepsClass)
            scope.Concept(null, value, "PV1-2", CodeTables.PatientClass);
        scope.Concept(null, pv1.Field(4), "PV1-4", CodeTables.AdmissionType);
        json.WriteEndArray();
    }

    private static void WriteParticipants(AdtScope scope, Hl7Segment pv1)
    {
        var open = false;
        Write(7, "ATND", "attender");
        Write(8, "REF", "referrer");
        Write(9, "CON", "consultant");
        Write(17, "ADM", "admitter");
        Write(52, "PART", "Participation");
        open = RoleWriter.WriteParticipants(scope, open);
        if (open)
            scope.Json.WriteEndArray();

        void Write(int field, string role, string display)
        {
            var json = scope.Json;
            foreach (var repetition in pv1.Field(field).Repetitions)
            {
                if (PractitionerWriter.Require(scope, repetition) is not { } who)
                    continue;
                if (!open)
                    json.WriteStartArray("participant"u8);
                open = true;
                json.WriteStartObject();
                json.WriteStartArray("type"u8);
                json.WriteStartObject();
                json.WriteStartArray("coding"u8);
                json.Coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", role, display);
                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndArray();
                json.Reference("individual", "Practitioner", who);
                json.WriteEndObject();
            }
        }
    }

    private static void WriteDiagnoses(AdtScope scope)
    {
        var json = scope.Json;
        var seen = new HashSet<Guid>();
        for (var diagnosis = scope.Message.First("DG1"); diagnosis.Exists; diagnosis = diagnosis.NextSame())
        {
            if (ConditionWriter.IdOf(scope, diagnosis) is not { } condition || !seen.Add(condition))
                continue;
            if (seen.Count == 1)
                json.WriteStartArray("diagnosis"u8);
            json.WriteStartObject();
            json.Reference("condition", "Condition", condition);
            scope.Concept("use", diagnosis.Field(6), "DG1-6", CodeTables.DiagnosisType);
            if (int.TryParse(diagnosis.Field(15).Code, out var rank) && rank > 0)
                json.WriteNumber("rank"u8, rank);
            json.WriteEndObject();
        }
        if (seen.Count > 0)
            json.WriteEndArray();
    }

    private static void WriteHospitalization(AdtScope scope, Hl7Segment pv1)
    {
        var json = scope.Json;
        var preadmit = new ExtendedId(pv1.Field(5));
        var hasPreadmit = FhirElements.Clean(preadmit.Id) is not null;
        if (!hasPreadmit && !HasText(pv1.Field(13)) && !HasText(pv1.Field(14)) && !HasText(pv1.Field(15)) && !HasText(pv1.Field(16)) && !HasText(pv1.Field(36)))
            return;
        json.WriteStartObject("hospitalization"u8);
        if (hasPreadmit)
        {
            json.WritePropertyName("preAdmissionIdentifier"u8);
            WriteIdentifier(scope, preadmit, "VN");
        }
        scope.Concept("admitSource", pv1.Field(14), "PV1-14", CodeTables.AdmitSource);
        scope.Concept("reAdmission", pv1.Field(13), "PV1-13", CodeTables.Readmission);
        WriteList(scope, "specialCourtesy", pv1.Field(16), "PV1-16", CodeTables.SpecialCourtesy);
        WriteList(scope, "specialArrangement", pv1.Field(15), "PV1-15", CodeTables.Ambulatory);
        scope.Concept("dischargeDisposition", pv1.Field(36), "PV1-36", CodeTables.Disposition);
        json.WriteEndObject();
    }

    private static void WriteList(AdtScope scope, string name, Hl7Value field, string location, CodeTable table)
    {
        if (!HasText(field))
            return;
        scope.Json.WriteStartArray(name);
        foreach (var repetition in field.Repetitions)
            scope.Concept(null, repetition, location, table);
        scope.Json.WriteEndArray();
    }

    private static bool HasText(Hl7Value field) => FhirElements.Clean(field.TextOf(1)) is not null || FhirElements.Clean(field.TextOf(2)) is not null;

    private static void WriteLocations(AdtScope scope, Hl7Segment pv1, string status)
    {
        var open = false;
        Write(3, status is EncounterTimeline.Finished ? "completed" : status is EncounterTimeline.Planned ? "planned" : "active");
        Write(6, "completed");
        Write(11, "active");
        Write(42, "reserved");
        if (open)
            scope.Json.WriteEndArray();

        void Write(int field, string state)
        {
            if (LocationWriter.Require(scope, pv1.Field(field)) is not { } where)
                return;
            if (!open)
                scope.Json.WriteStartArray("location"u8);
            open = true;
            scope.Json.WriteStartObject();
            scope.Json.Reference("location", "Location", where);
            scope.Json.WriteString("status"u8, state);
            scope.Json.WriteEndObject();
        }
    }
}
