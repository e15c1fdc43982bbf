using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PV1-7, 8, 9, 17 and 52, and the roles that stand with the visit, to Encounter.participant.</summary>
internal static class EncounterParticipants
{
    public static void Write(AdtScope scope, Hl7Segment pv1)
    {
        var open = WriteRole(scope, pv1.Field(7), "PV1-7", "ATND", "attender", false);
        open = WriteRole(scope, pv1.Field(8), "PV1-8", "REF", "referrer", open);
        open = WriteRole(scope, pv1.Field(9), "PV1-9", "CON", "consultant", open);
        open = WriteRole(scope, pv1.Field(17), "PV1-17", "ADM", "admitter", open);
        open = WriteRole(scope, pv1.Field(52), "PV1-52", "PART", "Participation", open);
        open = RoleWriter.WriteParticipants(scope, open);
        if (open)
            scope.Json.WriteEndArray();
    }

    private static bool WriteRole(AdtScope scope, Hl7Value field, string location, string role, string display, bool open)
    {
        var json = scope.Json;
        if (!field.HasValue)
            return open;
        foreach (var who in PractitionerWriter.RequireAll(scope, field, location))
        {
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
        return open;
    }
}
