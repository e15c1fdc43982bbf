using System.Text.Json;
using FhirGateway.Messages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>With GOLDEN=write the expected side of the pairs is written anew, to be read in the diff.</summary>
public sealed class GoldenTests
{
    [Fact]
    public void Every_converted_trigger_has_a_golden_pair()
    {
        var missing = AdtTriggers.All.Where(t => t.IsConverted && Directory.GetFiles(GoldenPairs.Folder, t.Event + "*.hl7").Length == 0);
        Assert.Empty(missing.Select(t => t.Event));
    }

    [Fact]
    public void Every_golden_message_gives_its_bundles_and_no_expected_bundle_is_without_a_message()
    {
        var expected = new List<string>();
        foreach (var file in GoldenPairs.Files)
        {
            var events = GoldenPairs.Convert(file);
            Assert.NotEmpty(events);
            foreach (var converted in events)
            {
                using var bundle = JsonDocument.Parse(converted.Bundle, new JsonDocumentOptions { AllowDuplicateProperties = false });
                var text = GoldenPairs.Text(bundle);
                var path = GoldenPairs.Expected(file, converted, events.Length);
                expected.Add(path);
                if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
                    File.WriteAllText(path, text);
                Assert.Equal(File.ReadAllText(path), text);
                AssertReferencesResolve(bundle.RootElement, file);
            }
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.GetFiles(GoldenPairs.Folder, "*.json").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_golden_message_is_accepted_before_it_is_converted()
    {
        foreach (var file in GoldenPairs.Files)
        {
            var examined = AdtExamination.Examine(GoldenPairs.Message(file));
            Assert.True(examined.RejectionReason is null, $"{file}: {examined.RejectionReason} {examined.ErrorLocation}");
        }
    }

    private static void AssertReferencesResolve(JsonElement bundle, string file)
    {
        var targets = bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("fullUrl").GetString()!).ToList();
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
