using System.Text.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization;

/// <summary>Finds the type of a line without reading the rest of it, to put the lines of a submission in order.</summary>
public static class ResourceTypeScan
{
    /// <summary>The R4 resource type, wherever resourceType stands among the properties; null if there is none or the line cannot be read that far.</summary>
    public static string? Find(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("resourceType"u8);
                reader.Read();
                if (isType)
                    return reader.TokenType == JsonTokenType.String ? StructureTable.R4.FindResourceType(reader.ValueSpan) : null;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // A line that cannot be read has no type; the reason is found when it is normalized.
        }
        return null;
    }
}
