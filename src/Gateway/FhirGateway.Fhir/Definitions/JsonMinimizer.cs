using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Writes a JSON value without white space between its tokens; the text of numbers stays as it is.</summary>
internal static class JsonMinimizer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Minimize(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
            value.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
