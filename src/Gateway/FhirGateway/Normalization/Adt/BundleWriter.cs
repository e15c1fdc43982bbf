using System.Collections.Immutable;
using System.Security.Cryptography;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>The message bundle: header first, then the resources of the patient and of the visit, then what they refer to.</summary>
internal static class BundleWriter
{
    /// <summary>Returns the hash of what the bundle says: of all resources but those that tell a message from its resend.</summary>
    public static ContentHash Write(
        AdtScope scope, BundleBuffer buffer, AdtTrigger trigger, Episode? episode, ImmutableArray<PatientIdentifier> identifiers, BundleKey key)
    {
        var json = scope.Json;
        var bundleKey = key.Of(scope);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("id"u8, scope.Id("Bundle", bundleKey));
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, IdentifierSystems.OfName(scope.Source, "MSH-10"));
        json.Text("value", key.ControlId);
        json.WriteEndObject();
        json.WriteString("type"u8, "message"u8);
        var sent = Hl7DateTime.TryParse(scope.Message.Header.Field(7).Code, out var header) && header.HasTime ? header : key.Time;
        json.WriteString("timestamp"u8, scope.Instant(sent));
        json.WriteStartArray("entry"u8);
        MessageHeaderWriter.Write(scope, trigger.Event, bundleKey);
        json.Flush();
        var from = buffer.WrittenCount;
        WriteResources(scope, episode, identifiers);
        json.Flush();
        var hash = HashOf(buffer.WrittenSpan[from..]);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return hash;
    }

    private static void WriteResources(AdtScope scope, Episode? episode, ImmutableArray<PatientIdentifier> identifiers)
    {
        PatientWriter.Write(scope, scope.Message.First("PID"), identifiers);
        if (episode is not null)
            EncounterWriter.Write(scope, episode, scope.EncounterId!.Value);
        ConditionWriter.WriteAll(scope);
        AllergyWriter.WriteAll(scope);
        CoverageWriter.WriteAll(scope);
        ContactWriter.WriteRelatedPersons(scope);
        scope.WritePending();
    }

    private static ContentHash HashOf(ReadOnlySpan<byte> resources)
    {
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        SHA256.HashData(resources, digest);
        return ContentHash.Read(digest);
    }
}
