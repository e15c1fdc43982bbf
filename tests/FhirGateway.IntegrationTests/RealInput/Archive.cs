using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using FhirGateway.IntegrationTests.Faults;

namespace FhirGateway.IntegrationTests.RealInput;

/// <summary>The archives of synthetic FHIR data beside the repository.</summary>
internal static class Archive
{
    /// <summary>Unpacks an archive into a folder; skips the test where there is none.</summary>
    public static async Task UnpackAsync(string name, string folder)
    {
        var path = Path.Combine(GatewayProcess.FindRepository(), "..", "shared", "data", "fhir", "samples", name);
        Assert.SkipUnless(File.Exists(path), "shared data is absent: " + path);
        Directory.CreateDirectory(folder);
        await using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(gzip, folder, overwriteFiles: true, TestContext.Current.CancellationToken);
    }

    /// <summary>The resources of a type in the bundles below a folder, each as one line, references as they are.</summary>
    public static IReadOnlyList<JsonElement> FromBundles(string folder, string type)
    {
        var found = new List<JsonElement>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                if (resource.GetProperty("resourceType").GetString() == type)
                    found.Add(resource.Clone());
            }
        }

        return found;
    }

    public static string Ndjson(IEnumerable<JsonElement> resources) =>
        string.Concat(resources.Select(r => JsonSerializer.Serialize(r) + "\n"));

    public static string Text(this JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return "";
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
    }

    public static string Day(this string time) => time.Length >= 10 ? time[..10] : time;
}
