using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class AdtFuzzTests
{
    [Fact]
    public void Damaged_messages_never_throw_and_never_give_broken_JSON()
    {
        var folder = Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden");
        var seeds = Directory.GetFiles(folder, "*.hl7").Order(StringComparer.Ordinal).Select(f => Encoding.UTF8.GetBytes(File.ReadAllText(f).Replace('\n', '\r'))).ToList();
        var settings = new AdtFeedSettings { Source = "north" };
        byte[][] pieces = ["|"u8.ToArray(), "^"u8.ToArray(), "~"u8.ToArray(), "\\X00\\"u8.ToArray(), "\\X1C\\"u8.ToArray(), "\"\""u8.ToArray(), "&"u8.ToArray(), "\r"u8.ToArray(), "00010101"u8.ToArray(), "99991231235959-1400"u8.ToArray(), [0xFF], [0], [0xED, 0xA0, 0x80]];
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = seeds[random.Next(seeds.Count)].ToList();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var at = random.Next(60, bytes.Count);
                if (random.Next(2) == 0)
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                bytes.InsertRange(Math.Min(at, bytes.Count), pieces[random.Next(pieces.Length)]);
            }
            try
            {
                var conversion = AdtConverter.Convert(bytes.ToArray(), settings);
                Assert.True(conversion.Reason is not null || !conversion.Events.IsEmpty);
                foreach (var converted in conversion.Events)
                    AssertNothingIsEmpty(JsonDocument.Parse(converted.Bundle, new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    /// <summary>FHIR has no empty objects, arrays or strings, and no control characters in strings.</summary>
    private static void AssertNothingIsEmpty(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.True(element.EnumerateObject().Any(), "empty object");
                foreach (var property in element.EnumerateObject())
                    AssertNothingIsEmpty(property.Value);
                break;
            case JsonValueKind.Array:
                Assert.True(element.GetArrayLength() > 0, "empty array");
                foreach (var item in element.EnumerateArray())
                    AssertNothingIsEmpty(item);
                break;
            case JsonValueKind.String:
                Assert.False(string.IsNullOrWhiteSpace(element.GetString()), "empty string");
                Assert.DoesNotContain('\0', element.GetString()!);
                break;
        }
    }
}
