using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Writes the manifest of a job in the words of its dialect.</summary>
internal static class ManifestWriter
{
    public static JsonObject Write(PayerJob job, IEnumerable<ServedFile> files, DialectTraits traits, PayerServerOptions options, Func<ServedFile, string> urlOf, string? next)
    {
        var manifest = new JsonObject
        {
            ["transactionTime"] = job.TransactionTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture),
            ["requiresAccessToken"] = options.FilesNeedToken && options.Clients.Length > 0,
            ["output"] = new JsonArray(),
        };
        if (traits.Request)
            manifest["request"] = job.Request.Url;
        manifest[traits.Issues] = new JsonArray();
        if (traits.Deleted)
            manifest["deleted"] = new JsonArray();
        if (job.Request.OrganizedBy is { } by)
            manifest["outputOrganizedBy"] = by;
        foreach (var file in files)
            manifest[file.Role]!.AsArray().Add(Entry(file, traits, options, urlOf, job.Files));
        if (next is not null)
            manifest["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = next });
        manifest["extension"] = traits.ExtensionIsArray
            ? new JsonArray(new JsonObject { ["url"] = "https://payer.example/run", ["valueString"] = job.Id })
            : new JsonObject { ["https://payer.example/run"] = job.Id };
        return manifest;
    }

    private static JsonObject Entry(ServedFile file, DialectTraits traits, PayerServerOptions options, Func<ServedFile, string> urlOf, ImmutableArray<ServedFile> all)
    {
        var entry = new JsonObject();
        if (file.Type is { } type)
            entry["type"] = type;
        entry["url"] = urlOf(file);
        if (options.TellsCounts)
        {
            entry["count"] = file.Count;
            if (traits.Pages)
                entry["fileSize"] = file.Content.Length;
        }

        if (file.ContinuesIn is { } name)
            entry["continuesInFile"] = urlOf(all.Single(f => f.Name == name));
        if (traits.ChecksumRoot is { } root && file.Content is MemoryContent content)
            entry["extension"] = new JsonArray(
                new JsonObject { ["url"] = root + "checksum", ["valueString"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content.Bytes.Span)) },
                new JsonObject { ["url"] = root + "file_length", ["valueDecimal"] = content.Length });
        return entry;
    }
}
