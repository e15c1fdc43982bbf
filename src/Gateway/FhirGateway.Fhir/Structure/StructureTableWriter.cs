using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>
/// Writes the structure table from a FHIR package (.tgz): every resource and datatype with its elements, cardinalities and
/// types. A row of three columns starts a type (name, kind, base); a row of four is an element (path, min, max, types).
/// <c>@path</c> as a type means: the same elements as that path. Inherited elements are not repeated.
/// </summary>
public static class StructureTableWriter
{
    private const string FhirTypeExtension = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

    public static string Write(Stream package)
    {
        var types = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var gzip = new GZipStream(package, CompressionMode.Decompress, leaveOpen: true);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            var name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
            if (entry.DataStream is null || !name.StartsWith("StructureDefinition-", StringComparison.Ordinal))
                continue;
            using var document = JsonDocument.Parse(entry.DataStream);
            if (IsType(document.RootElement))
                types.Add(document.RootElement.GetProperty("type").GetString()!, Rows(document.RootElement));
        }
        var table = new StringBuilder();
        foreach (var rows in types.Values)
            table.Append(rows);
        return table.ToString();
    }

    private static bool IsType(JsonElement definition) =>
        definition.GetProperty("kind").GetString() is "resource" or "complex-type"
        && !(definition.TryGetProperty("derivation", out var derivation) && derivation.ValueEquals("constraint"));

    private static string Rows(JsonElement definition)
    {
        var type = definition.GetProperty("type").GetString()!;
        var parent = definition.TryGetProperty("baseDefinition", out var url) ? url.GetString()!.Split('/')[^1] : "";
        var rows = new StringBuilder();
        rows.Append(type).Append('\t').Append(definition.GetProperty("kind").GetString()).Append('\t').Append(parent).Append('\n');
        foreach (var element in definition.GetProperty("snapshot").GetProperty("element").EnumerateArray())
        {
            var path = element.GetProperty("path").GetString()!;
            var origin = element.GetProperty("base").GetProperty("path").GetString()!;
            if (path == type || !origin.StartsWith(type + ".", StringComparison.Ordinal))
                continue;
            rows.Append(path).Append('\t').Append(element.GetProperty("min").GetInt32()).Append('\t')
                .Append(element.GetProperty("max").GetString()).Append('\t').Append(Types(element, path)).Append('\n');
        }
        return rows.ToString();
    }

    private static string Types(JsonElement element, string path)
    {
        if (element.TryGetProperty("contentReference", out var reference))
            return "@" + reference.GetString()![(reference.GetString()!.IndexOf('#', StringComparison.Ordinal) + 1)..];
        if (path == "Resource.id")
            return "id";
        return string.Join(' ', element.GetProperty("type").EnumerateArray().Select(TypeCode));
    }

    private static string TypeCode(JsonElement type)
    {
        var code = type.GetProperty("code").GetString()!;
        if (!type.TryGetProperty("extension", out var extensions))
            return code;
        foreach (var extension in extensions.EnumerateArray())
            if (extension.GetProperty("url").ValueEquals(FhirTypeExtension))
                return (extension.TryGetProperty("valueUrl", out var url) ? url : extension.GetProperty("valueUri")).GetString()!;
        return code;
    }
}
