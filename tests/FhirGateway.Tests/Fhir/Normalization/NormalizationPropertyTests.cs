using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;

namespace FhirGateway.Tests.Fhir.Normalization;

/// <summary>What holds of every resource, real ones and what a mutation makes of them.</summary>
public sealed partial class NormalizationPropertyTests
{
    private static readonly string?[] Profiles =
    [
        null, "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0",
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab|6.1.0",
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure|6.1.0", "http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-Coverage|2.0.0",
    ];

    private static readonly string[] Values =
    [
        "null", "1.50", "\"x\"", "[]", "{}", "[{}]", "[1]", "\"urn:oid:2.16.840.1.113883.6.96\"", "\"http://hl7.org/fhir/v3/Race\"", "\"2106-3\"", "\"MC\"",
        "\"1EG4TE5MK73\"", "\"1234567893\"", "\"http://terminology.hl7.org/CodeSystem/v2-0203\"", "\"Patient\"", "\"Observation\"", "\"ExplanationOfBenefit\"",
        "\"https://bluebutton.cms.gov/resources/codesystem/eob-type\"", "\"INPATIENT\"", "\"http://hl7.org/fhir/StructureDefinition/us-core-race\"",
        "\"http://fhir.org/guides/argonaut/StructureDefinition/argo-birthsex\"", "{\"coding\":[{\"system\":\"urn:oid:2.16.840.1.113883.6.238\",\"code\":\"2106-3\"}]}",
        "{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"NPI\"}]}", "{\"profile\":[]}", "\"ombCategory\"",
        "[{\"url\":\"http://hl7.org/fhir/StructureDefinition/us-core-ethnicity\",\"valueCodeableConcept\":{\"text\":\"\\u0041\",\"coding\":[{\"code\":\"2135-2\",\"system\":\"2.16.840.1.113883.5.50\"}]}}]",
    ];

    private static readonly string[] Names =
    [
        "extension", "identifier", "system", "type", "subType", "coding", "code", "value", "meta", "profile", "name", "family", "component", "contained",
        "resourceType", "url", "valueCodeableConcept", "valueCoding", "valueCode", "reference", "display", "text", "hasMember",
    ];

    /// <summary>One of each thing that rules work on, for mutations to break.</summary>
    private static readonly string[] Seeds =
    [
        """{"resourceType":"Patient","id":"p","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"coding":[{"system":"2.16.840.1.113883.5.104","code":"2106-3","display":"White"},{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2034-7"}],"text":"White"}},{"url":"http://hl7.org/fhir/StructureDefinition/us-core-ethnicity","valueCodeableConcept":{"coding":[{"system":"2.16.840.1.113883.5.50","code":"2186-5"}]}},{"url":"http://hl7.org/fhir/StructureDefinition/us-core-birth-sex","valueCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/v3/AdministrativeGender","code":"M"}]}}],"name":[{"text":"x"}]}""",
        """{"resourceType":"Patient","id":"p","extension":[{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-race","extension":[{"url":"ombCategory","valueCoding":{"system":"http://hl7.org/fhir/v3/Race","code":"2034-7"}},{"url":"detailed","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2028-9"}}]},{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-birthsex","valueCode":"F"}],"identifier":[{"type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203","code":"MC"}]},"value":"1EG4TE5MK73"},{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},"value":"7"}]}""",
        """{"resourceType":"ExplanationOfBenefit","id":"e","contained":[{"resourceType":"Organization","id":"o","identifier":[{"system":"urn:oid:2.16.840.1.113883.4.4","value":"12-3456789"},{"type":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType","code":"npi"}]},"value":"1234567893"}]}],"type":{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"OUTPATIENT"}]},"subType":{"text":"x"},"provider":{"identifier":{"system":"http://hl7.org/fhir/sid/us-npi","value":"1"}},"total":[{"amount":{"value":12.50}}]}""",
        """{"resourceType":"Observation","id":"o","meta":{"profile":["urn:x"],"tag":[]},"status":"final","component":[{"code":{"coding":[{"system":"https://loinc.org/","code":"1"}]}},{"valueString":"x"}]}""",
    ];

    [Fact]
    public void Normalizing_twice_is_normalizing_once_and_what_comes_out_is_strict_json()
    {
        var random = new Random(20261122);
        var lines = Lines();
        var changed = new Dictionary<string, int>();
        for (var i = 0; i < 12_000; i++)
        {
            var line = i % 2 == 0 ? Seeds[i / 2 % Seeds.Length] : lines[random.Next(lines.Count)];
            for (var n = random.Next(0, 5); n > 0; n--)
                line = Mutate(line, random);
            if (!new JsonTape().Read(Encoding.UTF8.GetBytes(line)).IsNone)
                continue;
            var profile = Profiles[random.Next(Profiles.Length)];
            var once = Normalized.Of(line, profile, "urn:acme:members");
            var twice = Normalized.Of(once.Json, profile, "urn:acme:members");
            Assert.True(once.Json == twice.Json, $"{line}\n{once.Json}\n{twice.Json}");
            Assert.Empty(twice.Changes);
            foreach (var rule in once.Rules)
                changed[rule] = changed.GetValueOrDefault(rule) + 1;
        }
        Assert.Equal(NormalizationRule.All.Select(r => r.Id).Order(StringComparer.Ordinal), changed.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Numbers_keep_their_text_and_their_order()
    {
        var random = new Random(7);
        foreach (var line in Lines())
        {
            var mutated = Mutate(Decimal().Replace(line, m => m.Value + new string('0', random.Next(3))), random);
            if (new JsonTape().Read(Encoding.UTF8.GetBytes(mutated)).IsNone)
                Assert.Equal(NumbersOf(mutated), NumbersOf(Normalized.Of(mutated, Profiles[random.Next(Profiles.Length)]).Json));
        }
    }

    [Fact]
    public void What_no_rule_names_keeps_its_bytes()
    {
        const string Untouched = """ "odd" :{"value":1.50e+3 , "odd":[1.10,{"ü":"\u00e9\/"}]} , "x":{ } """;
        foreach (var line in Lines().Where((_, i) => i % 7 == 0))
            Assert.Contains(Untouched, Normalized.Of("{" + Untouched + "," + line[1..], Profiles[1]).Json, StringComparison.Ordinal);
    }

    /// <summary>Everything that was sent can be found again, but for what a rule names: a value that is lost is an error.</summary>
    [Fact]
    public void Nothing_is_lost_from_real_resources()
    {
        foreach (var line in Lines())
        {
            var normalized = Normalized.Of(line, null);
            var allowed = normalized.Changes.Where(c => c.Rule == NormalizationRule.CanonicalSystem).Select(c => c.Expression).ToHashSet();
            using var before = JsonDocument.Parse(line);
            using var after = JsonDocument.Parse(normalized.Json);
            Contains(before.RootElement, after.RootElement, before.RootElement.GetProperty("resourceType").GetString()!, allowed);
        }
    }

    private static void Contains(JsonElement before, JsonElement after, string path, HashSet<string> allowed)
    {
        if (allowed.Contains(path))
            return;
        Assert.Equal(before.ValueKind, after.ValueKind);
        switch (before.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in before.EnumerateObject())
                    Contains(property.Value, after.GetProperty(property.Name), $"{path}.{property.Name}", allowed);
                break;
            case JsonValueKind.Array:
                for (var i = 0; i < before.GetArrayLength(); i++)
                    Contains(before[i], after[i], $"{path}[{i}]", allowed);
                break;
            default:
                Assert.Equal(before.GetRawText(), after.GetRawText());
                break;
        }
    }

    private static List<string> Lines() =>
    [
        .. SharedSamples.BulkLines().Where((l, i) => i % 61 == 0 && l.Length < 6000).Select(Encoding.UTF8.GetString),
        .. new[] { "us_core_311", "us_core_610", "carin4bb-200" }.SelectMany(p => SharedSamples.Entries($"fhir/packages/{p}.tgz"))
            .Where(e => e.Name.Contains("/example/", StringComparison.Ordinal) && e.Name.EndsWith(".json", StringComparison.Ordinal) && e.Bytes.Length < 20_000)
            .Select(e => Encoding.UTF8.GetString(e.Bytes)).Where(IsResource),
    ];

    private static bool IsResource(string json)
    {
        var tape = new JsonTape();
        return tape.Read(Encoding.UTF8.GetBytes(json)).IsNone && tape.IsString(tape.Find(0, "resourceType"u8));
    }

    private static string Mutate(string line, Random random)
    {
        var keys = Key().Matches(line);
        if (keys.Count == 0)
            return line;
        var key = keys[random.Next(keys.Count)];
        var name = Names[random.Next(Names.Length)];
        return random.Next(3) switch
        {
            0 => line[..key.Index] + "\"" + name + "\":" + line[(key.Index + key.Length)..],
            1 => line[..key.Index] + "\"" + name + "\":" + Values[random.Next(Values.Length)] + "," + line[key.Index..],
            _ => Text().Replace(line, m => random.Next(40) == 0 ? Values[random.Next(Values.Length)] : m.Value),
        };
    }

    private static List<string> NumbersOf(string json)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        var numbers = new List<string>();
        for (var i = 0; i < tape.Count; i++)
            if (tape[i].Kind == JsonKind.Number)
                numbers.Add(tape.Text(i));
        return numbers;
    }

    [GeneratedRegex("\"[A-Za-z]+\" ?: ?")]
    private static partial Regex Key();

    [GeneratedRegex("(?<=: ?)\"[^\"\\\\]*\"(?=[,}\\s])")]
    private static partial Regex Text();

    [GeneratedRegex("(?<=: ?)-?[0-9]+\\.[0-9]+")]
    private static partial Regex Decimal();
}
