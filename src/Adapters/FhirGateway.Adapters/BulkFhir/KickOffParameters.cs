using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The Parameters resource of a kick-off by POST.</summary>
internal static class KickOffParameters
{
    private const string AssociatedDataSystem = "http://hl7.org/fhir/uv/bulkdata/CodeSystem/include-associated-data";

    public static byte[] Write(ExportRequest request, bool repeats)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Parameters");
            json.WriteStartArray("parameter");
            Write(json, request, repeats);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ExportRequest request, bool repeats)
    {
        Value(json, ExportParameter.OutputFormat, "valueString", "application/fhir+ndjson");
        if (request.ExportType is { } exportType)
            Value(json, ExportParameter.ExportType, "valueCanonical", exportType);
        if (request.Since is { } since)
            Value(json, ExportParameter.Since, "valueInstant", since);
        List(json, ExportParameter.Type, request.Types, repeats);
        List(json, ExportParameter.TypeFilter, request.TypeFilters, repeats);
        List(json, ExportParameter.Elements, request.Elements, repeats);
        AssociatedData(json, request.AssociatedData, repeats);
        if (request.OrganizeOutputBy is { } organize)
            Value(json, ExportParameter.OrganizeOutputBy, "valueString", organize);
        if (request.AllowPartialManifests)
        {
            json.WriteStartObject();
            json.WriteString("name", ExportParameter.AllowPartialManifests);
            json.WriteBoolean("valueBoolean", true);
            json.WriteEndObject();
        }

        foreach (var patient in request.Patients)
        {
            json.WriteStartObject();
            json.WriteString("name", ExportParameter.Patient);
            json.WriteStartObject("valueReference");
            json.WriteString("reference", "Patient/" + patient);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void List(Utf8JsonWriter json, string name, ImmutableArray<string> values, bool repeats)
    {
        foreach (var value in repeats || values.IsEmpty ? values : [string.Join(',', values)])
            Value(json, name, "valueString", value);
    }

    /// <summary>A code up to Bulk Data 3, a Coding from 4 on.</summary>
    private static void AssociatedData(Utf8JsonWriter json, ImmutableArray<string> values, bool isVersion4)
    {
        foreach (var value in values)
        {
            if (!isVersion4)
            {
                Value(json, ExportParameter.IncludeAssociatedData, "valueCode", value);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("name", ExportParameter.IncludeAssociatedData);
            json.WriteStartObject("valueCoding");
            json.WriteString("system", AssociatedDataSystem);
            json.WriteString("code", value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void Value(Utf8JsonWriter json, string name, string type, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString(type, value);
        json.WriteEndObject();
    }
}
