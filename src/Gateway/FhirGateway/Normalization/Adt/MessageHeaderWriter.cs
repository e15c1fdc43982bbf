using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>MSH to MessageHeader: the only resource of the bundle that differs between a message and its resend.</summary>
internal static class MessageHeaderWriter
{
    public static void Write(AdtScope scope, string trigger, string bundleKey)
    {
        var json = scope.Json;
        var header = scope.Message.Header;
        scope.StartResource("MessageHeader", scope.Id("MessageHeader", bundleKey));
        json.WritePropertyName("eventCoding"u8);
        json.Coding(CodeTables.Terminology + "v2-0003", trigger, null);
        if (OrganizationWriter.OfSender(scope) is { } sender)
            json.Reference("sender", "Organization", sender);
        json.WriteStartObject("source"u8);
        json.Text("name", new HierarchicDesignator(header.Field(3)).Namespace);
        json.WriteString("endpoint"u8, "urn:fhir-gateway:source:" + scope.Source);
        json.WriteEndObject();
        json.WriteStartArray("focus"u8);
        if (scope.EncounterId is { } encounter)
            json.ReferenceValue("Encounter", encounter);
        json.ReferenceValue("Patient", scope.PatientId);
        json.WriteEndArray();
        scope.EndResource();
    }
}
