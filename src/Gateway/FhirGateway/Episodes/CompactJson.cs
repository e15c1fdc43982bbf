using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>
/// Small values as one string or array: they stand in every event and episode, which are written and read with every message. What was
/// kept as objects before is still read.
/// </summary>
internal static class CompactJson
{
    private const char Separator = '\n';

    /// <summary>The text alone where the instant says the same; else both.</summary>
    public sealed class OfMoment : JsonConverter<Moment>
    {
        public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                using var old = JsonDocument.ParseValue(ref reader);
                return Old(old.RootElement);
            }

            if (reader.TryGetDateTimeOffset(out var instant))
                return new(reader.GetString()!, instant);
            var both = reader.GetString()!;
            var at = both.IndexOf(Separator, StringComparison.Ordinal);
            return new(both[..at], DateTimeOffset.ParseExact(both.AsSpan(at + 1), "O", CultureInfo.InvariantCulture));
        }

        /// <summary>As it was kept before.</summary>
        public static Moment Old(JsonElement old) => new(old.GetProperty("Text").GetString()!, old.GetProperty("Instant").GetDateTimeOffset());

        public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options)
        {
            Span<char> written = stackalloc char[25];
            if (value.Instant.TryFormat(written, out _, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
                && value.Instant.Ticks % TimeSpan.TicksPerSecond == 0 && written.SequenceEqual(value.Text))
                writer.WriteStringValue(value.Text);
            else
                writer.WriteStringValue(value.Text + Separator + value.Instant.ToString("O", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Its members in their order.</summary>
    public sealed class OfEventOrder : JsonConverter<EventOrder>
    {
        public override EventOrder Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                using var document = JsonDocument.ParseValue(ref reader);
                var old = document.RootElement;
                return new(
                    old.GetProperty("Time").GetDateTimeOffset(), old.GetProperty("Recorded").GetDateTimeOffset(),
                    old.GetProperty("Sent").GetDateTimeOffset(), old.GetProperty("ControlId").GetString()!, old.GetProperty("Key").GetGuid());
            }

            reader.Read();
            var time = reader.GetDateTimeOffset();
            reader.Read();
            var recorded = reader.GetDateTimeOffset();
            reader.Read();
            var sent = reader.GetDateTimeOffset();
            reader.Read();
            var controlId = reader.GetString()!;
            reader.Read();
            var key = reader.GetGuid();
            reader.Read();
            return new(time, recorded, sent, controlId, key);
        }

        public override void Write(Utf8JsonWriter writer, EventOrder value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(value.Time);
            writer.WriteStringValue(value.Recorded);
            writer.WriteStringValue(value.Sent);
            writer.WriteStringValue(value.ControlId);
            writer.WriteStringValue(value.Key);
            writer.WriteEndArray();
        }
    }

    /// <summary>Code, system and, if there is one, display.</summary>
    public sealed class OfVisitClass : JsonConverter<VisitClass>
    {
        public override VisitClass Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                using var document = JsonDocument.ParseValue(ref reader);
                var old = document.RootElement;
                return new(
                    old.GetProperty("System").GetString()!, old.GetProperty("Code").GetString()!,
                    old.TryGetProperty("Display", out var display) ? display.GetString() : null);
            }

            reader.Read();
            var code = reader.GetString()!;
            reader.Read();
            var system = reader.GetString()!;
            reader.Read();
            var shown = reader.GetString();
            reader.Read();
            return new(system, code, shown);
        }

        public override void Write(Utf8JsonWriter writer, VisitClass value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(value.Code);
            writer.WriteStringValue(value.System);
            writer.WriteStringValue(value.Display);
            writer.WriteEndArray();
        }
    }

    /// <summary>Its members in their order.</summary>
    public sealed class OfVisitSignal : JsonConverter<VisitSignal>
    {
        private static readonly OfMoment Moments = new();

        public override VisitSignal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                using var document = JsonDocument.ParseValue(ref reader);
                var old = document.RootElement;
                return new(
                    (VisitSignalKind)old.GetProperty("Kind").GetInt32(), old.GetProperty("Visit").GetGuid(), old.GetProperty("Index").GetGuid(),
                    OfMoment.Old(old.GetProperty("IndexEnd")), OfMoment.Old(old.GetProperty("Begin")));
            }

            reader.Read();
            var kind = (VisitSignalKind)reader.GetInt32();
            reader.Read();
            var visit = reader.GetGuid();
            reader.Read();
            var index = reader.GetGuid();
            reader.Read();
            var indexEnd = Moments.Read(ref reader, typeof(Moment), options);
            reader.Read();
            var begin = Moments.Read(ref reader, typeof(Moment), options);
            reader.Read();
            return new(kind, visit, index, indexEnd, begin);
        }

        public override void Write(Utf8JsonWriter writer, VisitSignal value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue((int)value.Kind);
            writer.WriteStringValue(value.Visit);
            writer.WriteStringValue(value.Index);
            Moments.Write(writer, value.IndexEnd, options);
            Moments.Write(writer, value.Begin, options);
            writer.WriteEndArray();
        }
    }
}
