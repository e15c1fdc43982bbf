using System.Text;
using System.Text.Json;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>Golden pairs: NAME.hl7 (LF for CR) and NAME.json. With GOLDEN=write the expected side is written anew, to be read in the diff.</summary>
public sealed class GoldenTests
{
    private static readonly AdtFeedSettings Settings = new() { Source = "north" };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden");

    [Fact]
    public void Every_converted_trigger_has_a_golden_pair()
    {
        foreach (var trigger in AdtTriggers.All.Where(t => t.IsConverted))
            Assert.True(Directory.GetFiles(Folder, trigger.Event + "*.hl7").Length > 0, trigger.Event);
    }

    [Fact]
    public void Every_golden_message_gives_its_bundle()
    {
        foreach (var file in Directory.GetFiles(Folder, "*.hl7"))
        {
            var message = Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace('\n', '\r'));
            var converted = AdtConverter.Convert(message, Settings);
            Assert.NotNull(converted.Event);
            using var bundle = JsonDocument.Parse(converted.Event.Bundle, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var text = JsonSerializer.Serialize(bundle, Indented) + "\n";
            var expected = Path.ChangeExtension(file, ".json");
            if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
                File.WriteAllText(expected, text);
            Assert.Equal(File.ReadAllText(expected), text);
            AssertReferencesResolve(bundle.RootElement, file);
        }
    }

    private static void AssertReferencesResolve(JsonElement bundle, string file)
    {
        var targets = bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Select(resource => resource.GetProperty("resourceType").GetString() + "/" + resource.GetProperty("id").GetString()).ToList();
        Assert.Equal(targets.Count, targets.Distinct().Count());
        foreach (var reference in References(bundle))
            Assert.True(targets.Contains(reference), $"{file}: {reference}");
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.NameEquals("reference") ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
