using System.Globalization;
using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>
/// The messages of ../shared/data/hl7v2/fhir-converter against the FHIR that Microsoft's converter expects for them, resource type by
/// resource type and element by element. Every difference has a line in fhir-converter-differences.tsv: type, path (an asterisk at its
/// end stands for any rest), lacks or differs (or any), reason, explanation. A line that explains nothing any more fails too.
/// </summary>
public sealed class FhirConverterTests
{
    private static string Explanations => Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "fhir-converter-differences.tsv");

    [Fact]
    public void Every_difference_from_what_the_converter_expects_is_explained()
    {
        var lines = File.ReadLines(Explanations).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToList();
        Assert.All(lines, l => Assert.Equal(5, l.Length));
        var used = new HashSet<int>();
        var explained = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var unexplained = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (messages, resources, equal, different) = (0, 0, 0, 0);
        foreach (var file in Directory.GetFiles(SharedData.Hl7("fhir-converter/messages"), "*.hl7").Order(StringComparer.Ordinal))
        {
            var expected = Path.Combine(SharedData.Hl7("fhir-converter/expected"), Path.GetFileNameWithoutExtension(file) + "-expected.json");
            var theirs = Elements(JsonDocument.Parse(File.ReadAllBytes(expected)).RootElement, out var count);
            var ours = Ours(file);
            messages++;
            resources += count;
            foreach (var ((type, path), values) in theirs)
            {
                var mine = ours.GetValueOrDefault((type, path)) ?? [];
                // One resource for all who are the same makes fewer values; which values there are is what is compared.
                var same = values.Count(mine.Contains);
                var missing = values.Count - same;
                equal += same;
                if (missing == 0)
                    continue;
                different += missing;
                var kind = mine.Count == 0 ? "lacks" : "differs";
                var line = lines.FindIndex(l => l[0] == type && (l[2] == kind || l[2] == "any") && Covers(l[1], path));
                if (line < 0)
                {
                    var example = Environment.GetEnvironmentVariable("DIFFERENCES") is null ? "" : $"\t{Path.GetFileNameWithoutExtension(file)}: {string.Join(", ", values.Where(v => !mine.Contains(v)).Take(3))} / {string.Join(", ", mine.Take(3))}";
                    unexplained[$"{type}\t{path}\t{kind}"] = unexplained.GetValueOrDefault($"{type}\t{path}\t{kind}") + missing;
                    if (example.Length > 0)
                        Console.Error.WriteLine($"{type}\t{path}\t{kind}{example}");
                    continue;
                }
                used.Add(line);
                explained[lines[line][3]] = explained.GetValueOrDefault(lines[line][3]) + missing;
            }
        }

        Console.Error.WriteLine($"{messages} messages, {resources} resources of the converter, {equal} equal elements, {different} different: {string.Join(", ", explained.Select(e => $"{e.Key} {e.Value}"))}");
        Assert.True(unexplained.Count == 0, "not explained:\n" + string.Join('\n', unexplained.Select(u => $"{u.Key}\t{u.Value}")));
        var stale = lines.Where((_, i) => !used.Contains(i)).Select(l => $"{l[0]} {l[1]} {l[2]}").ToList();
        Assert.True(stale.Count == 0, "explains nothing:\n" + string.Join('\n', stale));
        Assert.True(messages >= 26 && equal > 4000, $"{messages} messages, {equal} equal elements");
    }

    private static Dictionary<(string Type, string Path), HashSet<string>> Ours(string file)
    {
        var all = new Dictionary<(string, string), HashSet<string>>();
        var conversion = AdtConverter.Convert(File.ReadAllBytes(file), new AdtFeedSettings { Source = "hosp" });
        Assert.True(conversion.Reason is null, $"{file}: {conversion.Reason} {conversion.Path}");
        foreach (var converted in conversion.Events)
            foreach (var (key, values) in Elements(JsonDocument.Parse(converted.Bundle).RootElement, out _))
                foreach (var value in values)
                    Add(all, key, value);
        return all;
    }

    private static Dictionary<(string Type, string Path), HashSet<string>> Elements(JsonElement bundle, out int resources)
    {
        var found = new Dictionary<(string, string), HashSet<string>>();
        resources = 0;
        foreach (var entry in bundle.GetProperty("entry").EnumerateArray())
        {
            var resource = entry.GetProperty("resource");
            resources++;
            Walk(found, resource.GetProperty("resourceType").GetString()!, "", resource);
        }

        return found;
    }

    private static void Walk(Dictionary<(string, string), HashSet<string>> found, string type, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when IsReference(element, out var target):
                Add(found, (type, path + ".reference"), target);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    if (path.Length > 0 || property.Name is not ("id" or "resourceType"))
                        Walk(found, type, path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Walk(found, type, path, item);
                break;
            default:
                Add(found, (type, path), Normalized(element));
                break;
        }
    }

    /// <summary>Ids are everyone's own, so of a reference the type counts.</summary>
    private static bool IsReference(JsonElement element, out string type)
    {
        type = "";
        if (!element.TryGetProperty("reference", out var reference))
            return false;
        var text = reference.GetString()!;
        type = text.StartsWith("urn:uuid:", StringComparison.Ordinal) ? element.GetProperty("type").GetString()! : text[..text.IndexOf('/', StringComparison.Ordinal)];
        return true;
    }

    /// <summary>Times are compared as instants.</summary>
    private static string Normalized(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()!.Trim() : element.GetRawText();
        return text.Length > 16 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
            : text;
    }

    private static void Add(Dictionary<(string, string), HashSet<string>> all, (string, string) key, string value)
    {
        if (!all.TryGetValue(key, out var values))
            all[key] = values = new HashSet<string>(StringComparer.Ordinal);
        values.Add(value);
    }

    private static bool Covers(string pattern, string path) =>
        pattern.EndsWith('*') ? path.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == path;
}
