using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// Patient.link of a merge or link. The other patient is written too, as far as the message names it: one that is retired is not active
/// and says what replaced it.
/// </summary>
internal static class PatientLinkWriter
{
    public static void Write(AdtScope scope)
    {
        if (scope.Merge is not { RetiredKey: { } other } merge)
            return;
        var type = merge.Kind switch
        {
            AdtMergeKind.MergePatients or AdtMergeKind.ChangePatientId => "replaces",
            AdtMergeKind.LinkPatients => "seealso",
            _ => null,
        };
        if (type is null)
            return;
        scope.Json.WriteStartArray("link"u8);
        WriteLink(scope, Require(scope, merge, other), type);
        foreach (var further in merge.AlsoRetired)
            WriteLink(scope, Require(scope, merge, further), type);
        scope.Json.WriteEndArray();
    }

    private static Guid Require(AdtScope scope, AdtMerge merge, string key) =>
        scope.Require("Patient", key, (s, id) => WriteOther(s, merge, key, id));

    private static void WriteOther(AdtScope scope, AdtMerge merge, string key, Guid id)
    {
        var json = scope.Json;
        var isRetired = merge.Kind != AdtMergeKind.LinkPatients;
        scope.StartResource("Patient", id);
        WriteIdentifiers(scope, merge, key);
        if (isRetired)
            json.WriteBoolean("active"u8, false);
        json.WriteStartArray("name"u8);
        var name = isRetired && key == merge.RetiredKey ? new PersonName(scope.Message.First("MRG").Field(7)) : default;
        if (name.IsEmpty)
            WriteUnknownName(json);
        else
            json.Name(name);
        json.WriteEndArray();
        json.WriteString("gender"u8, "unknown"u8);
        json.WriteStartArray("link"u8);
        WriteLink(scope, scope.PatientId, isRetired ? "replaced-by" : "seealso");
        json.WriteEndArray();
        scope.EndResource();
    }

    /// <summary>US Core demands a name and a gender; such a message says neither.</summary>
    private static void WriteUnknownName(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/StructureDefinition/data-absent-reason"u8);
        json.WriteString("valueCode"u8, "unknown"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Each of several that are retired at once has the number by which it is retired; the first has also what else was sent.</summary>
    private static void WriteIdentifiers(AdtScope scope, AdtMerge merge, string key)
    {
        var open = false;
        foreach (var identifier in merge.RetiredIdentifiers)
        {
            var owner = OwnerOf(merge, identifier.Value);
            if (owner != key)
                continue;
            if (!open)
                scope.Json.WriteStartArray("identifier"u8);
            open = true;
            scope.Identifier(identifier.System, identifier.Value, identifier.TypeCode, identifier.Authority);
        }
        if (open)
            scope.Json.WriteEndArray();
    }

    private static string? OwnerOf(AdtMerge merge, string value)
    {
        foreach (var key in merge.AlsoRetired)
            if (key.EndsWith(value, StringComparison.Ordinal) && key.Length > value.Length && key[^(value.Length + 1)] == '|')
                return key;
        return merge.RetiredKey;
    }

    private static void WriteLink(AdtScope scope, Guid other, string type)
    {
        scope.Json.WriteStartObject();
        scope.Json.Reference("other", "Patient", other);
        scope.Json.WriteString("type"u8, type);
        scope.Json.WriteEndObject();
    }
}
