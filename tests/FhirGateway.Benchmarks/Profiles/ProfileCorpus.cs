using System.Text.Encodings.Web;
using System.Text.Json;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>
/// Real resources of 2 to 20 kB, one line each without white space between tokens, as bulk data has them: the examples of
/// the specification, of US Core 3.1.1, 5.0.1, 6.1.0 and 7.0.0 and of CARIN Blue Button 1.1.0 and 2.0.0, and Synthea's.
/// </summary>
internal sealed class ProfileCorpus
{
    private const int Least = 2000;
    private const int Most = 20_000;

    private static readonly string[] Packages =
        ["packages/us_core_610.tgz", "packages/us_core_700.tgz", "packages/us_core_501.tgz", "packages/us_core_311.tgz", "packages/carin4bb-200.tgz", "packages/carin4bb-110.tgz"];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    private ProfileCorpus()
    {
    }

    public List<byte[]> Patients { get; } = [];
    public List<byte[]> Observations { get; } = [];
    public List<byte[]> Benefits { get; } = [];

    /// <summary>The three groups by name.</summary>
    public IEnumerable<(string Name, IReadOnlyList<byte[]> Resources)> Groups =>
        [("Patient", Patients), ("Observation", Observations), ("ExplanationOfBenefit", Benefits)];

    public static ProfileCorpus Load()
    {
        var corpus = new ProfileCorpus();
        foreach (var package in Packages)
            foreach (var (name, bytes) in SharedArchive.Entries(package))
                if (name.Contains("example", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
                    corpus.AddDocument(bytes);
        foreach (var (name, bytes) in SharedArchive.Entries("samples/synthea-bulk-10.tar.gz"))
            if (name.Contains("/Patient.", StringComparison.Ordinal))
                foreach (var line in bytes.AsSpan().Split((byte)'\n'))
                    if (!bytes.AsSpan(line).IsEmpty)
                        corpus.AddDocument(bytes[line]);
        foreach (var archive in new[] { "samples/synthea-bundles-8.tar.gz", "samples/r4-examples.tar.gz" })
            foreach (var (name, bytes) in SharedArchive.Entries(archive))
                if (name.EndsWith(".json", StringComparison.Ordinal))
                    corpus.AddDocument(bytes);
        return corpus;
    }

    private void AddDocument(byte[] bytes)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            // One of the specification's examples is no JSON.
            return;
        }
        using (document)
            AddResource(document.RootElement);
    }

    private void AddResource(JsonElement resource)
    {
        if (resource.ValueKind != JsonValueKind.Object || !resource.TryGetProperty("resourceType", out var type))
            return;
        if (type.GetString() == "Bundle" && resource.TryGetProperty("entry", out var entries))
            foreach (var entry in entries.EnumerateArray())
                if (entry.TryGetProperty("resource", out var inner))
                    AddResource(inner);
        var group = type.GetString() switch { "Patient" => Patients, "Observation" => Observations, "ExplanationOfBenefit" => Benefits, _ => null };
        if (group is null)
            return;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Compact))
            resource.WriteTo(writer);
        if (stream.Length is >= Least and <= Most && seen.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream.ToArray()))))
            group.Add(stream.ToArray());
    }
}
