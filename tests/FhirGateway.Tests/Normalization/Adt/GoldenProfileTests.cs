using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Validation;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>The expected bundles against FHIR R4 and US Core 6.1.0, every resource by the profile that its kind calls for, as if it declared it.</summary>
public sealed class GoldenProfileTests
{
    /// <summary>What a profile asks for and the message does not carry: message, finding, reason.</summary>
    private static readonly Dictionary<(string File, string Finding), string> NotSent = new()
    {
        [("A01-every-segment", "cardinality-min Observation.category")] = "OBX has no field that says whether it is of a laboratory, an examination or anything else",
    };

    [Fact]
    public void Every_resource_is_valid_by_US_Core_wherever_its_message_carries_what_the_profile_asks()
    {
        var profiles = new ProfileSets().Of(["us-core@6.1.0"]);
        var validator = new ProfileValidator(profiles.Plans) { Once = profiles.Once };
        var unexpected = new List<string>();
        var met = new HashSet<(string, string)>();
        foreach (var file in GoldenPairs.Files)
            foreach (var converted in GoldenPairs.Convert(file))
                foreach (var issue in Findings(converted.Bundle, validator))
                {
                    var finding = (Path.GetFileNameWithoutExtension(file), $"{issue.Key} {issue.Expression}");
                    if (NotSent.ContainsKey(finding))
                        met.Add(finding);
                    else
                        unexpected.Add($"{finding}: {issue.Message}");
                }

        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected.Distinct()));
        Assert.Empty(NotSent.Keys.Except(met));
    }

    private static List<ValidationIssue> Findings(ReadOnlyMemory<byte> bundle, ProfileValidator validator)
    {
        var found = new List<ValidationIssue>();
        Validate(bundle, validator, found, byChoice: false);
        using var json = JsonDocument.Parse(bundle);
        foreach (var entry in json.RootElement.GetProperty("entry").EnumerateArray())
            Validate(Encoding.UTF8.GetBytes(entry.GetProperty("resource").GetRawText()), validator, found, byChoice: true);
        return [.. found.Where(i => i.Severity is IssueSeverity.Error or IssueSeverity.Fatal)];
    }

    private static void Validate(ReadOnlyMemory<byte> resource, ProfileValidator validator, List<ValidationIssue> found, bool byChoice)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(resource).IsNone);
        var profile = byChoice ? validator.ChooseProfile(tape) : null;
        validator.Validate(tape, found, profile is null ? null : [profile]);
    }
}
