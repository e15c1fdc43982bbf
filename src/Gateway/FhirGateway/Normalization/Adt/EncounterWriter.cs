using System.Globalization;
using System.Text.Json;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// An episode to Encounter: status, period, classes, locations, admit source and disposition as all messages of the visit have them;
/// the rest from PV1, PV2 and the ranks of DG1 of this message. There is no statusHistory: messages that never came would be gaps in it
/// that look like facts.
/// </summary>
internal static class EncounterWriter
{
    public const string ClosedByRule = "closed-by-rule";

    public static void Write(AdtScope scope, Episode episode, Guid id)
    {
        var json = scope.Json;
        var pv1 = scope.Message.First("PV1");
        var pv2 = scope.Message.First("PV2");
        scope.StartResource("Encounter", id, episode.IsClosedByRule ? ClosedByRule : null);
        VisitDetails.WriteExtensions(scope, pv2);
        WriteIdentifiers(scope, pv1);
        json.WriteString("status"u8, episode.Status);
        json.WritePropertyName("class"u8);
        json.Coding(episode.Class.System, episode.Class.Code, episode.Class.Display);
        WriteClassHistory(json, episode);
        WriteTypes(scope, pv1);
        scope.Concept("serviceType", pv1.Field(10), "PV1-10", CodeTables.HospitalService);
        json.Reference("subject", "Patient", scope.PatientId);
        EncounterParticipants.Write(scope, pv1);
        PeriodWriter.Write(scope, episode.Start?.Text, episode.End?.Text);
        if (pv2.Field(3).HasValue && (pv2.Field(3).TextOf(1) ?? pv2.Field(3).TextOf(2)) is not null)
        {
            json.WriteStartArray("reasonCode"u8);
            scope.Concept(null, pv2.Field(3), "PV2-3");
            json.WriteEndArray();
        }
        VisitDetails.Write(scope, pv2);
        WriteDiagnoses(scope);
        if (AccountWriter.Require(scope) is { } account)
        {
            json.WriteStartArray("account"u8);
            json.ReferenceValue("Account", account);
            json.WriteEndArray();
        }
        WriteHospitalization(scope, pv1, episode);
        WriteLocations(scope, episode);
        if (OrganizationWriter.OfSender(scope) is { } provider)
            json.Reference("serviceProvider", "Organization", provider);
        scope.EndResource();
    }

    private static void WriteIdentifiers(AdtScope scope, Hl7Segment pv1)
    {
        var number = new ExtendedId(pv1.Field(19));
        var alternate = new ExtendedId(pv1.Field(50));
        var account = new ExtendedId(scope.Message.First("PID").Field(18));
        if (FhirElements.Clean(number.Id) is null && FhirElements.Clean(alternate.Id) is null && FhirElements.Clean(account.Id) is null)
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
        scope.Identifier(scope.SystemOf(id.Authority), value, id.TypeCode ?? defaultType, id.Authority.Namespace);
    }

    /// <summary>Only where the class changed. A class of unknown time has no place in it: a period is required.</summary>
    private static void WriteClassHistory(Utf8JsonWriter json, Episode episode)
    {
        if (episode.Classes.Length < 2)
            return;
        var open = false;
        foreach (var period in episode.Classes)
        {
            if (period.Start is null && period.End is null)
                continue;
            if (!open)
                json.WriteStartArray("classHistory"u8);
            open = true;
            json.WriteStartObject();
            json.WritePropertyName("class"u8);
            json.Coding(period.Class.System, period.Class.Code, period.Class.Display);
            PeriodWriter.Write(json, period.Start?.Text, period.End?.Text);
            json.WriteEndObject();
        }
        if (open)
            json.WriteEndArray();
    }

    /// <summary>
    /// The type of admission; and the sender's own class where the standard one says less or nothing, or where nothing else says of what
    /// kind the visit is, which US Core wants to be told.
    /// </summary>
    private static void WriteTypes(AdtScope scope, Hl7Segment pv1)
    {
        var value = pv1.Field(2);
        var hasType = HasText(pv1.Field(4));
        var keepsClass = value.TextOf(1) is { } code && (!hasType || !scope.Table(CodeTables.PatientClass).Contains(code) || code is "R" or "B");
        if (!keepsClass && !hasType)
            return;
        scope.Json.WriteStartArray("type"u8);
        if (keepsClass)
            scope.Concept(null, value, "PV1-2", CodeTables.PatientClass);
        scope.Concept(null, pv1.Field(4), "PV1-4", CodeTables.AdmissionType);
        scope.Json.WriteEndArray();
    }

    /// <summary>One diagnosis may be the admitting and the discharge diagnosis; one that is taken back is none of the visit.</summary>
    private static void WriteDiagnoses(AdtScope scope)
    {
        var json = scope.Json;
        var diagnosis = scope.Message.First("DG1");
        if (!diagnosis.Exists)
            return;
        var seen = new HashSet<(Guid, string?)>();
        for (; diagnosis.Exists; diagnosis = diagnosis.NextSame())
        {
            if (ConditionWriter.IsDeleted(diagnosis) || ConditionWriter.IdOf(scope, diagnosis) is not { } condition || !seen.Add((condition, diagnosis.Field(6).TextOf(1))))
                continue;
            if (seen.Count == 1)
                json.WriteStartArray("diagnosis"u8);
            json.WriteStartObject();
            json.Reference("condition", "Condition", condition);
            scope.Concept("use", diagnosis.Field(6), "DG1-6", CodeTables.DiagnosisType);
            if (int.TryParse(diagnosis.Field(15).Code, NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank > 0)
                json.WriteNumber("rank"u8, rank);
            json.WriteEndObject();
        }
        if (seen.Count > 0)
            json.WriteEndArray();
    }

    private static void WriteHospitalization(AdtScope scope, Hl7Segment pv1, Episode episode)
    {
        var json = scope.Json;
        var preadmit = new ExtendedId(pv1.Field(5));
        var hasPreadmit = FhirElements.Clean(preadmit.Id) is not null;
        if (!hasPreadmit && episode.AdmitSource is null && episode.Disposition is null && !HasText(pv1.Field(13)) && !HasText(pv1.Field(15)) && !HasText(pv1.Field(16)))
            return;
        json.WriteStartObject("hospitalization"u8);
        if (hasPreadmit)
        {
            json.WritePropertyName("preAdmissionIdentifier"u8);
            WriteIdentifier(scope, preadmit, "VN");
        }
        WriteMeaning(scope, "admitSource", episode.AdmitSource, pv1.Field(14), "PV1-14", AdmitSources.TableOf(pv1));
        scope.Concept("reAdmission", pv1.Field(13), "PV1-13", CodeTables.Readmission);
        WriteList(scope, "specialCourtesy", pv1.Field(16), "PV1-16", CodeTables.SpecialCourtesy);
        WriteList(scope, "specialArrangement", pv1.Field(15), "PV1-15", CodeTables.Ambulatory);
        WriteMeaning(scope, "dischargeDisposition", episode.Disposition, pv1.Field(36), "PV1-36", CodeTables.Disposition);
        json.WriteEndObject();
    }

    /// <summary>What the episode has; with the sender's own coding where this message says the same.</summary>
    private static void WriteMeaning(AdtScope scope, string name, string? meaning, Hl7Value field, string location, CodeTable table)
    {
        if (meaning is null)
            return;
        table = scope.Table(table);
        if (table.MeaningOf(field) == meaning)
        {
            scope.Concept(name, field, location, table);
            return;
        }
        if (meaning.StartsWith(CodeTable.LocalPrefix, StringComparison.Ordinal))
            scope.Json.Concept(name, $"urn:fhir-gateway:table:{scope.Source}:{table.Number}", meaning[CodeTable.LocalPrefix.Length..]);
        else
            scope.Json.Concept(name, table.TargetSystem, meaning);
    }

    private static void WriteList(AdtScope scope, string name, Hl7Value field, string location, CodeTable table)
    {
        var open = false;
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            if (!HasText(repetition))
                continue;
            if (!open)
                scope.Json.WriteStartArray(name);
            open = true;
            scope.Concept(null, repetition, location, table);
        }
        if (open)
            scope.Json.WriteEndArray();
    }

    private static bool HasText(Hl7Value field) => FhirElements.Clean(field.TextOf(1)) is not null || FhirElements.Clean(field.TextOf(2)) is not null;

    private static void WriteLocations(AdtScope scope, Episode episode)
    {
        var json = scope.Json;
        var open = false;
        foreach (var stay in episode.Locations)
        {
            if (LocationWriter.Require(scope, stay.Location) is not { } where)
                continue;
            if (!open)
                json.WriteStartArray("location"u8);
            open = true;
            json.WriteStartObject();
            json.Reference("location", "Location", where);
            json.WriteString("status"u8, stay.Status);
            PeriodWriter.Write(json, stay.Start?.Text, stay.End?.Text);
            json.WriteEndObject();
        }
        if (open)
            json.WriteEndArray();
    }
}
