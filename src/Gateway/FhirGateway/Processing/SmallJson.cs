using System.Text;
using System.Text.Json;

namespace FhirGateway.Processing;

/// <summary>Writes one small JSON object as text.</summary>
internal static class SmallJson
{
    public static string Write<TFacts>(TFacts facts, Action<Utf8JsonWriter, TFacts> write)
    {
        using var stream = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer, facts);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
