using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The files of one page while it is read.</summary>
internal sealed class ManifestFileList(ManifestLimits limits)
{
    private readonly ImmutableArray<ManifestFile>.Builder files = ImmutableArray.CreateBuilder<ManifestFile>();
    private readonly HashSet<string> urls = new(StringComparer.Ordinal);

    public ImmutableArray<ManifestFile> ToImmutable() => files.ToImmutable();

    /// <summary>Adds the files of one list of the manifest; a URL listed before is the same file.</summary>
    public ManifestFault? Add(JsonElement root, string name, ManifestFileKind kind)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return null;
        if (list.ValueKind != JsonValueKind.Array)
            return new ManifestFault(ManifestFaultCode.BadElement, name, "no list");
        if (list.GetArrayLength() + files.Count > limits.MostFiles)
            return new ManifestFault(ManifestFaultCode.TooLarge, name, $"more than {limits.MostFiles} files");
        var n = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (Read(item, $"{name}[{n++}]", kind, out var file) is { } fault)
                return fault;
            if (urls.Add(file!.Url.AbsoluteUri))
                files.Add(file);
        }

        return null;
    }

    private static ManifestFault? Read(JsonElement item, string where, ManifestFileKind kind, out ManifestFile? file)
    {
        file = null;
        if (item.ValueKind != JsonValueKind.Object)
            return new ManifestFault(ManifestFaultCode.BadElement, where, "no object");
        Uri? url = null, continues = null;
        long? count = null, size = null;
        var fault = ManifestValue.Url(item, "url", where, out url)
            ?? (item.TryGetProperty("count", out var c) ? ManifestValue.Count(c, where + ".count", out count) : null)
            ?? (item.TryGetProperty("fileSize", out var s) ? ManifestValue.Count(s, where + ".fileSize", out size) : null)
            ?? (item.TryGetProperty("continuesInFile", out _) ? ManifestValue.Url(item, "continuesInFile", where, out continues) : null)
            ?? TypeFault(item, where, kind);
        if (fault is not null)
            return fault;
        fault = ManifestExtension.Read(item, where, out var length, out var sha256);
        file = new ManifestFile
        {
            Kind = kind,
            Url = url!,
            Type = ManifestValue.Text(item, "type", 64),
            Count = count,
            Size = size ?? length,
            Sha256 = sha256,
            ContinuesIn = continues,
        };
        return fault;
    }

    private static ManifestFault? TypeFault(JsonElement item, string where, ManifestFileKind kind)
    {
        if (kind != ManifestFileKind.Output || !item.TryGetProperty("type", out var type) || type.ValueKind == JsonValueKind.Null)
            return null;
        return ManifestValue.Text(item, "type", 64) is { } text && text.All(char.IsAsciiLetter)
            ? null
            : new ManifestFault(ManifestFaultCode.BadElement, where + ".type", "no name of a resource type");
    }
}
