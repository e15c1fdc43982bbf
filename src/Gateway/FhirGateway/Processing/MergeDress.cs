using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Processing;

/// <summary>
/// What merges and moves change in a Bundle that a message alone made: the Patient's links to those it replaces, the retired Patients,
/// and for a visit that was moved the Patient himself.
/// </summary>
internal static class MergeDress
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What another patient's message said of that patient and not of the visit: it is left out.</summary>
    private static readonly string[] OfPatientAlone = ["Coverage", "RelatedPerson", "AllergyIntolerance"];

    /// <summary>The event with a Patient that replaces others, as another content.</summary>
    public static AdtEvent WithLinks(AdtEvent converted, IReadOnlyList<Guid> replaced, bool keepsOthers = false) =>
        Changed(converted, WithLinks(converted.Bundle, converted.PatientId, replaced, keepsOthers));

    /// <summary>The event of a visit, its Patient with those it replaces. That alone is no news of the visit.</summary>
    public static AdtEvent OfVisit(AdtEvent converted, IReadOnlyList<Guid> replaced) =>
        replaced.Count == 0 ? converted : converted with { Bundle = WithLinks(converted.Bundle, converted.PatientId, replaced) };

    /// <summary>The event as one of another patient.</summary>
    /// <param name="converted">As converted under that patient's key.</param>
    /// <param name="patient">A Bundle with what is known of him; null if nothing is: then he is told by his id alone.</param>
    public static AdtEvent OfOtherPatient(AdtEvent converted, ReadOnlyMemory<byte>? patient)
    {
        var known = PatientIn(patient, converted.PatientId);
        var bundle = Rewrite(converted.Bundle, (json, type, resource) =>
        {
            if (OfPatientAlone.Contains(type))
                return false;
            if (type == "Patient" && IdOf(resource) == converted.PatientId && known is not null)
                json.WriteRawValue(known, skipInputValidation: true);
            else if (type == "Patient" && IdOf(resource) == converted.PatientId)
                WriteId(json, resource);
            else
                resource.WriteTo(json);
            return true;
        });
        return Changed(converted, WithoutOrphans(bundle, converted.Bundle));
    }

    /// <summary>Whom only he named goes with him: his employer, his insurer, his own doctor.</summary>
    private static byte[] WithoutOrphans(byte[] bundle, ReadOnlyMemory<byte> before)
    {
        for (var referred = ReferredIn(before); ;)
        {
            var left = ReferredIn(bundle);
            if (referred.IsSubsetOf(left))
                return bundle;
            var gone = referred.Except(left).ToHashSet(StringComparer.Ordinal);
            bundle = Rewrite(bundle, (json, type, resource) =>
            {
                if (type is not ("Patient" or "Encounter") && gone.Contains($"urn:uuid:{IdOf(resource)}"))
                    return false;
                resource.WriteTo(json);
                return true;
            });
            referred = left;
        }
    }

    private static HashSet<string> ReferredIn(ReadOnlyMemory<byte> bundle)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(bundle.Span);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("reference"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                found.Add(reader.GetString()!);
        }

        return found;
    }

    /// <summary>A Bundle whose Patient replaces exactly these.</summary>
    /// <param name="bundle">As converted.</param>
    /// <param name="patient">Published id of the Patient.</param>
    /// <param name="replaced">Published ids of those who were retired.</param>
    /// <param name="keepsOthers">Whether other Patients stay, and links to them; else only what is left of those that are replaced.</param>
    public static byte[] WithLinks(ReadOnlyMemory<byte> bundle, Guid patient, IReadOnlyList<Guid> replaced, bool keepsOthers = false)
    {
        var inside = PatientsIn(bundle);
        return Rewrite(bundle, (json, type, resource) =>
        {
            if (type != "Patient")
            {
                resource.WriteTo(json);
                return true;
            }

            var id = IdOf(resource);
            if (id != patient && !replaced.Contains(id) && !keepsOthers)
                return false;
            if (id == patient)
                WriteLinked(json, resource, replaced, inside, keepsOthers);
            else
                resource.WriteTo(json);
            return true;
        });
    }

    /// <summary>Another Bundle is another content, and only then.</summary>
    public static ContentHash HashOf(ContentHash hash, ReadOnlySpan<byte> resources)
    {
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hash.Write(digest);
        hasher.AppendData(digest);
        hasher.AppendData(resources);
        hasher.GetHashAndReset(digest);
        return ContentHash.Read(digest);
    }

    /// <summary>Its resources without those that tell a message from its resend are what the old hash was made of; what is added goes on top.</summary>
    private static AdtEvent Changed(AdtEvent converted, byte[] bundle)
    {
        using var parsed = JsonDocument.Parse(bundle);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartArray();
            foreach (var entry in parsed.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                if (resource.GetProperty("resourceType").ValueEquals("Patient"))
                    resource.WriteTo(json);
            }

            json.WriteEndArray();
        }

        return converted with { Bundle = bundle, Hash = HashOf(converted.Hash, buffer.WrittenSpan) };
    }

    private static byte[] Rewrite(
        ReadOnlyMemory<byte> bundle, Func<Utf8JsonWriter, string, JsonElement, bool> write)
    {
        using var parsed = JsonDocument.Parse(bundle);
        var buffer = new ArrayBufferWriter<byte>(bundle.Length + 512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var property in parsed.RootElement.EnumerateObject())
            {
                if (property.NameEquals("entry"))
                    WriteEntries(json, property.Value, write);
                else
                    property.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEntries(Utf8JsonWriter json, JsonElement entries, Func<Utf8JsonWriter, string, JsonElement, bool> write)
    {
        var resource = new ArrayBufferWriter<byte>(2048);
        json.WriteStartArray("entry");
        foreach (var entry in entries.EnumerateArray())
        {
            resource.ResetWrittenCount();
            var content = entry.GetProperty("resource");
            using (var inner = new Utf8JsonWriter(resource, Options))
            {
                if (!write(inner, content.GetProperty("resourceType").GetString()!, content))
                    continue;
            }

            json.WriteStartObject();
            foreach (var property in entry.EnumerateObject())
            {
                if (property.NameEquals("resource"))
                {
                    json.WritePropertyName("resource");
                    json.WriteRawValue(resource.WrittenSpan, skipInputValidation: true);
                }
                else
                {
                    property.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <param name="json">Where to.</param>
    /// <param name="patient">As converted.</param>
    /// <param name="replaced">Those whom he replaces.</param>
    /// <param name="inside">Those who are in the Bundle: a reference leads to their entries by fullUrl, to others by their published id.</param>
    /// <param name="keepsOthers">Whether links of other types stay.</param>
    private static void WriteLinked(Utf8JsonWriter json, JsonElement patient, IReadOnlyList<Guid> replaced, HashSet<Guid> inside, bool keepsOthers)
    {
        json.WriteStartObject();
        List<JsonElement> others = [];
        foreach (var property in patient.EnumerateObject())
        {
            if (!property.NameEquals("link"))
                property.WriteTo(json);
            else if (keepsOthers)
                others.AddRange(property.Value.EnumerateArray().Where(l => !l.GetProperty("type").ValueEquals("replaces")));
        }

        if (replaced.Count + others.Count > 0)
        {
            json.WriteStartArray("link");
            others.ForEach(l => l.WriteTo(json));
            foreach (var other in replaced)
            {
                json.WriteStartObject();
                json.WriteStartObject("other");
                json.WriteString("reference", inside.Contains(other) ? $"urn:uuid:{other}" : $"Patient/{other}");
                json.WriteString("type", "Patient");
                json.WriteEndObject();
                json.WriteString("type", "replaces");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, JsonElement patient)
    {
        json.WriteStartObject();
        foreach (var name in (ReadOnlySpan<string>)["resourceType", "id", "meta"])
        {
            if (patient.TryGetProperty(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static HashSet<Guid> PatientsIn(ReadOnlyMemory<byte> bundle)
    {
        using var parsed = JsonDocument.Parse(bundle);
        return [.. parsed.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .Where(r => r.GetProperty("resourceType").ValueEquals("Patient")).Select(IdOf)];
    }

    private static string? PatientIn(ReadOnlyMemory<byte>? bundle, Guid patient)
    {
        if (bundle is not { } bytes)
            return null;
        using var parsed = JsonDocument.Parse(bytes);
        if (!parsed.RootElement.TryGetProperty("entry", out var entries))
            return null;
        foreach (var entry in entries.EnumerateArray())
        {
            var resource = entry.GetProperty("resource");
            if (resource.GetProperty("resourceType").ValueEquals("Patient") && IdOf(resource) == patient)
                return resource.GetRawText();
        }

        return null;
    }

    private static Guid IdOf(JsonElement resource) =>
        resource.TryGetProperty("id", out var id) && Guid.TryParse(id.GetString(), out var value) ? value : default;
}
