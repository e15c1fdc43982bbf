using System.Buffers;
using System.Text.Json;
using FhirGateway.Claims;
using FhirGateway.Contracts;

namespace FhirGateway.Publications;

/// <summary>
/// Puts a stream entry together: one JSON object in UTF-8, without line end. The Kafka value is byte for byte the same.
/// </summary>
public static class StreamEntryJson
{
    /// <summary>Writes the entry; <paramref name="body"/> is the stored body, empty where <see cref="Publication.Inline"/> holds the data.</summary>
    public static byte[] Write(Publication publication, string participant, ReadOnlySpan<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + body.Length);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", publication.Sequence);
            json.WriteString("id", publication.EventId(participant));
            json.WriteString("type", publication.Type);
            json.WriteString("time", publication.Time);
            json.WriteString("source", publication.Source);
            Optional(json, "person", publication.PersonKey);
            Optional(json, "localId", publication.LocalId);
            json.WriteString("sourceMessageId", publication.Origin);
            Optional(json, "agreement", publication.Agreement);
            if (publication.Claim is { } claim)
                WriteClaim(json, claim);
            // It names a facility and a clinician of a person's visit: it goes with the data.
            if (publication is { Adt: { } adt, Withdrawn: null })
            {
                json.WritePropertyName("adt");
                json.WriteRawValue(adt, skipInputValidation: true);
            }

            if (publication.After is { } after)
                json.WriteNumber("after", after);
            if (publication.Withdrawn is { } withdrawn)
                json.WriteNumber("withdrawn", withdrawn);
            json.WritePropertyName("data");
            if (publication.Withdrawn is not null)
                json.WriteNullValue();
            else if (publication.Inline is { } inline)
                json.WriteRawValue(inline, skipInputValidation: true);
            else
                json.WriteRawValue(body, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteClaim(Utf8JsonWriter json, ClaimStanding claim)
    {
        json.WriteStartObject("claim");
        json.WriteString("lineage", claim.Lineage);
        json.WriteString("state", ClaimStates.All[(int)claim.State]);
        json.WriteBoolean("current", claim.IsCurrent);
        if (claim.Predecessor is { } predecessor)
            json.WriteString("predecessor", predecessor);
        if (claim.IsOpen)
            json.WriteBoolean("open", true);
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
