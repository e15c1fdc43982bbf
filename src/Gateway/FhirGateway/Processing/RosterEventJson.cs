using System.Globalization;
using FhirGateway.Attributions;

namespace FhirGateway.Processing;

/// <summary>The data of a roster event.</summary>
internal static class RosterEventJson
{
    public static string Of(Attribution attribution, string source) => SmallJson.Write((attribution, source), static (json, f) =>
    {
        json.WriteString("source", f.source);
        json.WriteString("method", f.attribution.Method == AttributionMethod.Panel ? "panel" : "roster");
        Optional(json, "contract", f.attribution.Contract);
        Optional(json, "lineOfBusiness", f.attribution.LineOfBusiness);
        Optional(json, "tin", f.attribution.Tin);
        Optional(json, "npi", f.attribution.Npi);
        Optional(json, "localId", f.attribution.LocalId);
        json.WriteString("start", f.attribution.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Optional(json, "end", f.attribution.End?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    });

    private static void Optional(System.Text.Json.Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
