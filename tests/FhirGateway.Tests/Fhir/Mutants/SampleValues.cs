using System.Text.Json.Nodes;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Small values by type: good ones, and primitives of a wrong form.</summary>
internal static class SampleValues
{
    /// <summary>A value of a type that FHIR accepts, or null for a type that is not known here.</summary>
    public static JsonNode? Good(string type) => type switch
    {
        "boolean" => true,
        "integer" or "positiveInt" or "unsignedInt" => 1,
        "decimal" => JsonNode.Parse("1.5"),
        "date" => "2020-01-01",
        "dateTime" or "instant" => "2020-01-01T00:00:00Z",
        "time" => "10:00:00",
        "code" or "id" or "string" or "markdown" => "x",
        "uri" or "url" or "canonical" => "http://example.org/x",
        "oid" => "urn:oid:1.2",
        "uuid" => "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "base64Binary" => "QUJD",
        "CodeableConcept" or "Annotation" => new JsonObject { ["text"] = "x" },
        "Coding" => new JsonObject { ["system"] = "http://example.org/x", ["code"] = "x" },
        "Quantity" or "Age" or "Duration" or "Money" or "SimpleQuantity" => new JsonObject { ["value"] = 1 },
        "Range" => new JsonObject { ["low"] = new JsonObject { ["value"] = 1 } },
        "Period" => new JsonObject { ["start"] = "2020-01-01" },
        "Ratio" => new JsonObject { ["numerator"] = new JsonObject { ["value"] = 1 }, ["denominator"] = new JsonObject { ["value"] = 2 } },
        "Timing" => new JsonObject { ["event"] = new JsonArray("2020-01-01") },
        "Reference" => new JsonObject { ["display"] = "x" },
        "Identifier" => new JsonObject { ["system"] = "http://example.org/x", ["value"] = "x" },
        "Extension" => new JsonObject { ["url"] = "http://example.org/x", ["valueString"] = "x" },
        "Attachment" => new JsonObject { ["url"] = "http://example.org/x" },
        "SampledData" => new JsonObject { ["origin"] = new JsonObject { ["value"] = 1 }, ["period"] = 1, ["dimensions"] = 1 },
        _ => null,
    };

    /// <summary>A value of the right JSON type and a wrong form.</summary>
    public static JsonNode? BadForm(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Base64Binary => "QUJ",
        PrimitiveKind.Code => "a  b",
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => "http://example.org/a b",
        PrimitiveKind.Date => "2020-02-30",
        PrimitiveKind.DateTime => "2020-01-01T10:00",
        PrimitiveKind.Instant => "2020-01-01",
        PrimitiveKind.Time => "24:00:00",
        PrimitiveKind.Id => "a_b",
        PrimitiveKind.Oid => "urn:oid:3.1",
        PrimitiveKind.Uuid => "urn:uuid:1",
        PrimitiveKind.Integer => JsonNode.Parse("1.5"),
        PrimitiveKind.PositiveInt => 0,
        PrimitiveKind.UnsignedInt => -1,
        PrimitiveKind.String or PrimitiveKind.Markdown => "",
        PrimitiveKind.Xhtml => "<p>x</p>",
        _ => null,
    };

    /// <summary>A value of another JSON type.</summary>
    public static JsonNode BadType(string type) => type switch
    {
        "boolean" => "true",
        "integer" or "positiveInt" or "unsignedInt" or "decimal" => "1",
        _ when char.IsAsciiLetterLower(type[0]) => 7,
        _ => "x",
    };
}
