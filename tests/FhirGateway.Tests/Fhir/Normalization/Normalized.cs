using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;

namespace FhirGateway.Tests.Fhir.Normalization;

/// <summary>One resource through the rules: its text after them, and what was changed.</summary>
internal sealed record Normalized(string Json, NormalizationChange[] Changes)
{
    public IEnumerable<string> Rules => Changes.Select(c => c.Rule.Id);

    public static Normalized Of(string json, string? profile = null, string? memberSystem = null)
    {
        var line = Encoding.UTF8.GetBytes(json);
        var tape = new JsonTape();
        Assert.True(tape.Read(line).IsNone, json);
        var patches = new PatchList();
        var normalizer = new ProfileNormalizer();
        normalizer.Run(tape, patches, memberSystem is null ? null : Encoding.UTF8.GetBytes(memberSystem));
        normalizer.Declare(profile);
        var output = patches.Apply(line, forHash: false);
        Assert.True(new JsonTape().Read(output).IsNone, "What comes out is strict JSON: " + Encoding.UTF8.GetString(output));
        Assert.Equal(normalizer.Count == 0, output.AsSpan().SequenceEqual(line));
        return new(Encoding.UTF8.GetString(output), normalizer.Explain());
    }
}
