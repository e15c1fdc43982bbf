using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Contracts;

namespace FhirGateway.Publications;

/// <summary>The member <c>adt</c> of a stream entry, as it is kept and sent.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdtEntry))]
public sealed partial class AdtEntryJson : JsonSerializerContext
{
    private static readonly AdtEntryJson Plain = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(AdtEntry entry) => JsonSerializer.Serialize(entry, Plain.AdtEntry);

    /// <summary>Null where there is none.</summary>
    public static AdtEntry? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, Plain.AdtEntry);
}
