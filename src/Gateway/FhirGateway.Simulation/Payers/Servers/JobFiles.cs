using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Makes the files of a job out of what the payer holds.</summary>
internal static class JobFiles
{
    public static ImmutableArray<ServedFile> Make(ExportRequest request, ImmutableArray<HeldResource> resources, DialectTraits traits, PayerServerOptions options, bool lenient)
    {
        var files = ImmutableArray.CreateBuilder<ServedFile>();
        var live = resources.Where(r => !r.IsDeleted).ToList();
        if (request.OrganizedBy == "Patient")
            Organize(files, live, options.LinesPerFile);
        else
            foreach (var type in live.GroupBy(r => r.Type))
                foreach (var (part, number) in type.Chunk(options.LinesPerFile).Select((c, i) => (c, i)))
                    files.Add(File(string.Create(CultureInfo.InvariantCulture, $"{type.Key}-{number}.ndjson"), "output", type.Key, part.Select(r => Reduced(r.Json, request.Elements))));
        var deleted = resources.Where(r => r.IsDeleted).ToList();
        if (deleted.Count > 0 && traits.Deleted)
            files.Add(File("deleted.ndjson", "deleted", "Bundle", deleted.Select(Deletion)));
        if (lenient && request.Unknown.Length > 0)
            files.Add(File("issues.ndjson", traits.Issues, "OperationOutcome", request.Unknown.Select(u => (ReadOnlyMemory<byte>)JsonBytes.Outcome("not-supported", $"parameter {u} is ignored", "information"))));
        return files.ToImmutable();
    }

    public static ServedFile File(string name, string role, string? type, IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        using var bytes = new MemoryStream();
        var count = 0L;
        foreach (var line in lines)
        {
            bytes.Write(line.Span);
            bytes.WriteByte((byte)'\n');
            count++;
        }

        return new ServedFile { Name = name, Role = role, Type = type, Count = count, Content = new MemoryContent(bytes.ToArray()) };
    }

    /// <summary>Blocks of one patient each, behind a header that says whose; a block that does not fit goes on in the next file, header repeated.</summary>
    private static void Organize(ImmutableArray<ServedFile>.Builder files, List<HeldResource> resources, int linesPerFile)
    {
        foreach (var free in resources.Where(r => r.Patient is null).GroupBy(r => r.Type))
            files.Add(File(free.Key + ".ndjson", "output", free.Key, free.Select(r => r.Json)));
        var lines = new List<ReadOnlyMemory<byte>>();
        var number = 0;
        foreach (var patient in resources.Where(r => r.Patient is not null).GroupBy(r => r.Patient!))
        {
            var header = Encoding.UTF8.GetBytes($$$"""{"resourceType":"Parameters","parameter":[{"name":"header","valueReference":{"reference":"Patient/{{{patient.Key}}}"}}]}""");
            lines.Add(header);
            foreach (var resource in patient)
            {
                if (lines.Count >= linesPerFile)
                {
                    Close(Name(number + 1));
                    lines.Add(header);
                }

                lines.Add(resource.Json);
            }
        }

        if (lines.Count > 0)
            Close(null);

        void Close(string? continues)
        {
            files.Add(File(Name(number++), "output", null, lines) with { ContinuesIn = continues });
            lines.Clear();
        }

        static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"patients-{number}.ndjson");
    }

    /// <summary>Only the elements asked for and the mandatory ones that we know of, marked as a subset.</summary>
    private static ReadOnlyMemory<byte> Reduced(ReadOnlyMemory<byte> json, ImmutableArray<string> elements)
    {
        if (elements.Length == 0)
            return json;
        var whole = JsonNode.Parse(json.Span)!.AsObject();
        var type = (string)whole["resourceType"]!;
        var names = elements.Where(e => !e.Contains('.', StringComparison.Ordinal)).Concat(elements.Where(e => e.StartsWith(type + ".", StringComparison.Ordinal)).Select(e => e[(type.Length + 1)..])).ToHashSet(StringComparer.Ordinal);
        var part = new JsonObject
        {
            ["resourceType"] = type,
            ["id"] = (string)whole["id"]!,
            ["meta"] = new JsonObject { ["tag"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", ["code"] = "SUBSETTED" }) },
        };
        foreach (var (name, value) in whole)
            if (names.Contains(name) && !part.ContainsKey(name))
                part[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(part.ToJsonString());
    }

    private static ReadOnlyMemory<byte> Deletion(HeldResource resource) => JsonBytes.Of(w =>
    {
        w.WriteString("resourceType", "Bundle");
        w.WriteString("type", "transaction");
        w.WriteStartArray("entry");
        w.WriteStartObject();
        w.WriteStartObject("request");
        w.WriteString("method", "DELETE");
        w.WriteString("url", resource.Type + "/" + resource.Id);
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndArray();
    });
}
