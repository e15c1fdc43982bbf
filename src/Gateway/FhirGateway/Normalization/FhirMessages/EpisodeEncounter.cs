using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>An Encounter as its episode stands: what the fold knows better than one message (status, class, period, locations) is written by it, the rest stays.</summary>
internal static class EpisodeEncounter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="encounter">UTF-8 JSON of the Encounter.</param>
    /// <param name="episode">The fold of all its events.</param>
    /// <param name="locate">Published id of a location by its key.</param>
    public static byte[] Write(ReadOnlyMemory<byte> encounter, Episode episode, Func<string, Guid> locate)
    {
        using var document = JsonDocument.Parse(encounter);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name is "status" or "class" or "period" or "classHistory" || (property.Name is "location" && !episode.Locations.IsEmpty))
                    continue;
                if (property.Name is "hospitalization")
                    WriteHospitalization(json, property.Value, episode);
                else if (property.Name is "meta" && episode.IsClosedByRule)
                    WriteMarked(json, property.Value);
                else
                    property.WriteTo(json);
                if (property.Name is "resourceType")
                    WriteFolded(json, episode);
            }

            WriteLocations(json, episode, locate);
            if (episode.IsClosedByRule && !document.RootElement.TryGetProperty("meta", out _))
                WriteMarked(json, default);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteFolded(Utf8JsonWriter json, Episode episode)
    {
        json.WriteString("status"u8, episode.Status);
        json.WritePropertyName("class"u8);
        WriteClass(json, episode.Class);
        WritePeriod(json, episode.Start, episode.End);
        // A class of unknown time has no place in the history: a period is required.
        var dated = episode.Classes.Where(c => c.Start is not null || c.End is not null).ToList();
        if (episode.Classes.Length < 2 || dated.Count == 0)
            return;
        json.WriteStartArray("classHistory"u8);
        foreach (var past in dated)
        {
            json.WriteStartObject();
            json.WritePropertyName("class"u8);
            WriteClass(json, past.Class);
            WritePeriod(json, past.Start, past.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The gateway's mark that nobody said how the visit ended, as on visits of HL7v2.</summary>
    private static void WriteMarked(Utf8JsonWriter json, JsonElement meta)
    {
        json.WriteStartObject("meta"u8);
        var isObject = meta.ValueKind == JsonValueKind.Object;
        foreach (var property in isObject ? meta.EnumerateObject().Where(p => p.Name is not "tag") : [])
            property.WriteTo(json);
        json.WriteStartArray("tag"u8);
        if (isObject && meta.TryGetProperty("tag", out var tags) && tags.ValueKind == JsonValueKind.Array)
            foreach (var tag in tags.EnumerateArray())
                tag.WriteTo(json);
        json.WriteStartObject();
        json.WriteString("system"u8, FhirElements.TagSystem);
        json.WriteString("code"u8, EncounterWriter.ClosedByRule);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteClass(Utf8JsonWriter json, VisitClass @class)
    {
        json.WriteStartObject();
        if (@class.System.Length > 0)
            json.WriteString("system"u8, @class.System);
        json.WriteString("code"u8, @class.Code);
        if (@class.Display is { } display)
            json.WriteString("display"u8, display);
        json.WriteEndObject();
    }

    private static void WritePeriod(Utf8JsonWriter json, Moment? start, Moment? end)
    {
        if (start is null && end is null)
            return;
        json.WriteStartObject("period"u8);
        if (start is { } from)
            json.WriteString("start"u8, from.Text);
        if (end is { } to)
            json.WriteString("end"u8, to.Text);
        json.WriteEndObject();
    }

    /// <summary>A discharge that was cancelled leaves no disposition.</summary>
    private static void WriteHospitalization(Utf8JsonWriter json, JsonElement hospitalization, Episode episode)
    {
        var keeps = episode.Disposition is not null;
        if (hospitalization.ValueKind != JsonValueKind.Object || (!keeps && hospitalization.EnumerateObject().All(p => p.Name is "dischargeDisposition")))
            return;
        json.WriteStartObject("hospitalization"u8);
        foreach (var property in hospitalization.EnumerateObject())
            if (keeps || property.Name is not "dischargeDisposition")
                property.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteLocations(Utf8JsonWriter json, Episode episode, Func<string, Guid> locate)
    {
        if (episode.Locations.IsEmpty)
            return;
        json.WriteStartArray("location"u8);
        foreach (var at in episode.Locations)
        {
            json.WriteStartObject();
            json.WriteStartObject("location"u8);
            json.WriteString("reference"u8, $"Location/{locate(at.Location)}");
            json.WriteEndObject();
            json.WriteString("status"u8, at.Status);
            WritePeriod(json, at.Start, at.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
