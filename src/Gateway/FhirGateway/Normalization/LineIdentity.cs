using System.Text.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization;

/// <summary>Type and id of a line, found without reading more of it than needed.</summary>
/// <param name="Type">The R4 resource type.</param>
/// <param name="Id">The id that the source gave it.</param>
public readonly record struct LineIdentity(string Type, string Id)
{
    private const int MostIdCharacters = 255;

    /// <summary>Null where the line has no type or id near its front that can be read plainly; then it must be read whole.</summary>
    public static LineIdentity? Find(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        string? type = null;
        string? id = null;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while ((type is null || id is null) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = type is null && reader.ValueTextEquals("resourceType"u8);
                var isId = !isType && id is null && reader.ValueTextEquals("id"u8);
                reader.Read();
                if ((isType || isId) && (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > MostIdCharacters))
                    return null;
                if (isType)
                    type = StructureTable.R4.FindResourceType(reader.ValueSpan);
                else if (isId)
                    id = reader.GetString();
                else
                    reader.Skip();
                if (isType && type is null)
                    return null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What is wrong with the line is found when it is read whole.
            return null;
        }

        return type is not null && id is { Length: > 0 } ? new LineIdentity(type, id) : null;
    }

    public override string ToString() => $"LineIdentity({Type})";
}
