using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Reads the parameters of a kick-off out of a query or a Parameters resource.</summary>
internal static class ExportRequestReader
{
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        ["_outputFormat", "_since", "_until", "_type", "_typeFilter", "_elements", "patient", "includeAssociatedData", "organizeOutputBy", "allowPartialManifests", "exportType"], StringComparer.Ordinal);

    /// <exception cref="FormatException">A parameter has no value that can be read.</exception>
    public static ExportRequest Read(RecordedRequest request, string url, string? group, DialectTraits traits)
    {
        var parameters = request.Method == "POST" ? Body(request.Body) : request.Query;
        ImmutableArray<string> List(string name) =>
            [.. parameters.Where(p => p.Key == name).SelectMany(p => traits.CommaLists ? p.Value.Split(',') : [p.Value]).Where(v => v.Length > 0)];
        return new ExportRequest
        {
            Url = url,
            Group = group,
            Since = Instant("_since"),
            Until = Instant("_until"),
            Types = List("_type"),
            TypeFilters = [.. parameters.Where(p => p.Key == "_typeFilter").Select(p => p.Value)],
            Elements = List("_elements"),
            Patients = [.. parameters.Where(p => p.Key == "patient").Select(p => p.Value.Split('/')[^1])],
            OrganizedBy = traits.Organizes ? One("organizeOutputBy") : null,
            AllowsPartial = traits.Pages && One("allowPartialManifests") == "true",
            Parameters = parameters,
            Unknown = [.. parameters.Select(p => p.Key).Where(k => !Known.Contains(k) || (k is "organizeOutputBy" or "allowPartialManifests" && !traits.Pages)).Distinct()],
        };

        string? One(string name) => parameters.Where(p => p.Key == name).Select(p => p.Value).FirstOrDefault();

        DateTimeOffset? Instant(string name)
        {
            if (One(name) is not { } text)
                return null;
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant)
                ? instant
                : throw new FormatException($"{name} is no instant");
        }
    }

    /// <summary>The parameters of a Parameters resource: name and the text of its value[x].</summary>
    private static ImmutableArray<KeyValuePair<string, string>> Body(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("resourceType").GetString() != "Parameters")
                throw new FormatException("The body is no Parameters resource");
            return
            [
                .. document.RootElement.TryGetProperty("parameter", out var parameters)
                    ? parameters.EnumerateArray().Select(p => KeyValuePair.Create(p.GetProperty("name").GetString()!, Value(p)))
                    : [],
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The body is no Parameters resource", e);
        }
    }

    private static string Value(JsonElement parameter)
    {
        foreach (var member in parameter.EnumerateObject())
        {
            if (!member.Name.StartsWith("value", StringComparison.Ordinal))
                continue;
            return member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.Object when member.Value.TryGetProperty("reference", out var reference) => reference.GetString()!,
                JsonValueKind.Object when member.Value.TryGetProperty("code", out var code) => code.GetString()!,
                _ => member.Value.GetRawText(),
            };
        }

        throw new FormatException("A parameter has no value");
    }
}
