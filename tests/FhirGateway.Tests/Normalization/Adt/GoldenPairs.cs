using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>Messages with their expected bundles: NAME.hl7 (LF for CR), and NAME.json, or NAME.1.json, NAME.2.json … where it is about several patients.</summary>
internal static class GoldenPairs
{
    public static readonly AdtFeedSettings Settings = new() { Source = "north" };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder => Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden");

    public static ImmutableArray<string> Files => [.. Directory.GetFiles(Folder, "*.hl7").Order(StringComparer.Ordinal)];

    public static byte[] Message(string file) => Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace('\n', '\r'));

    public static ImmutableArray<AdtEvent> Convert(string file)
    {
        var converted = AdtConverter.Convert(Message(file), Settings);
        Assert.True(converted.Reason is null, $"{file}: {converted.Reason} {converted.Path}");
        return converted.Events;
    }

    public static string Expected(string file, AdtEvent converted, int count) =>
        Path.ChangeExtension(file, count == 1 ? ".json" : $".{converted.Group + 1}.json");

    public static string Text(JsonDocument bundle) => JsonSerializer.Serialize(bundle, Indented) + "\n";
}
