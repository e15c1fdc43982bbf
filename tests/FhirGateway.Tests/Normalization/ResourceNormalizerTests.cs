using System.Text;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Tests.Fhir;
using FhirGateway.Validation;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Normalization;

public sealed class ResourceNormalizerTests
{
    private readonly KnownResources known = new();
    private readonly ResourceNormalizer normalizer = new();

    [Theory]
    [InlineData("hello", "not-json", null)]
    [InlineData("", "not-json", null)]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\"", "not-json", null)]
    [InlineData("[]", "not-a-resource", null)]
    [InlineData("{\"exportId\":\"x\"}", "not-a-resource", "resourceType")]
    [InlineData("{\"resourceType\":7}", "not-a-resource", "resourceType")]
    [InlineData("{\"resourceType\":\"Foo\",\"id\":\"1\"}", "unknown-resource-type", "resourceType")]
    [InlineData("{\"resourceType\":\"DomainResource\",\"id\":\"1\"}", "unknown-resource-type", "resourceType")]
    [InlineData("{\"resourceType\":\"Patient\"}", "missing-id", "Patient.id")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"\"}", "missing-id", "Patient.id")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":5}", "missing-id", "Patient.id")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}", "duplicate-key", null)]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"\\u0000\"}", "invalid-text", null)]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"\\udc00\"}", "invalid-text", null)]
    public void What_cannot_be_read_or_identified_is_a_rejection(string line, string reason, string? path)
    {
        var outcome = normalizer.Normalize(Encoding.UTF8.GetBytes(line), Settings());
        Assert.False(outcome.IsNormalized);
        Assert.Equal((reason, path), (outcome.Rejection.Reason, outcome.Rejection.Path));
    }

    [Fact]
    public void Too_deep_a_line_is_a_rejection()
    {
        var line = "{\"resourceType\":\"Patient\",\"id\":\"1\",\"x\":" + new string('[', 5000) + new string(']', 5000) + "}";
        Assert.Equal("too-deep", normalizer.Normalize(Encoding.UTF8.GetBytes(line), Settings()).Rejection?.Reason);
    }

    [Fact]
    public void A_patient_gets_its_published_id_and_keeps_its_own_as_identifier()
    {
        var patient = Normalize("""{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:oid:2.16.840.1.113883.4.1","value":"123"}]}""");
        var id = PublishedId.Create("payer-a", "Patient", "p1");
        Assert.Equal(id, patient.Id);
        Assert.Equal(new ResourceReference("Patient", id), patient.Subject);
        Assert.Equal(
            "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"123\"},"
            + "{\"system\":\"urn:fhir-gateway:source-id:payer-a\",\"value\":\"p1\"}],\"meta\":{\"source\":\"urn:fhir-gateway:source:payer-a\"}}",
            Text(patient));
        Assert.Equal([("http://hl7.org/fhir/sid/us-ssn", "123")], patient.Identifiers);
    }

    [Theory]
    [InlineData("Patient/p1")]
    [InlineData("Patient/p1/_history/3")]
    [InlineData("https://payer.example/fhir/Patient/p1")]
    [InlineData("urn:uuid:p1")]
    [InlineData("Patient?identifier=http://x|1")]
    [InlineData("Patient?identifier=http%3A%2F%2Fx%7C1")]
    public void A_reference_to_a_resource_of_the_source_is_rewritten(string literal)
    {
        known.Types[("payer-a", "p1")] = "Patient";
        known.Ids[("payer-a", "Patient", "http://x", "1")] = "p1";
        var resource = Normalize($$$"""{"resourceType":"Condition","id":"c","subject":{"reference":"{{{literal}}}"}}""");
        var expected = new ResourceReference("Patient", PublishedId.Create("payer-a", "Patient", "p1"));
        Assert.Equal(expected, resource.Subject);
        Assert.Equal("p1", resource.SubjectSourceId);
        Assert.Contains($"\"subject\":{{\"reference\":\"Patient/{expected.Id}\"}}", Text(resource), StringComparison.Ordinal);
        Assert.Equal(0, resource.Unresolved);
    }

    [Theory]
    [InlineData("https://other.example/fhir/Patient/p1")]
    [InlineData("https://payer.example/fhirx/Patient/p1")]
    [InlineData("urn:uuid:unknown")]
    [InlineData("Patient?identifier=http://x|2")]
    [InlineData("Patient?name=x")]
    [InlineData("Nothing/p1")]
    [InlineData("Patient/")]
    [InlineData("Patient/a/b")]
    [InlineData("")]
    public void A_reference_that_does_not_resolve_is_kept_and_marked_once(string literal)
    {
        known.Types[("payer-b", "unknown")] = "Patient";
        var resource = Normalize($$$"""{"resourceType":"Condition","id":"c","subject":{"reference":"{{{literal}}}"}}""");
        Assert.Null(resource.Subject);
        Assert.Equal(1, resource.Unresolved);
        var mark = "\"extension\":[{\"url\":\"urn:fhir-gateway:unresolved-reference\",\"valueBoolean\":true}]";
        Assert.Contains($"\"reference\":\"{literal}\",{mark}", Text(resource), StringComparison.Ordinal);
        var again = Text(Normalize(Text(resource)));
        Assert.Equal(again.IndexOf("unresolved-reference", StringComparison.Ordinal), again.LastIndexOf("unresolved-reference", StringComparison.Ordinal));
    }

    [Fact]
    public void References_in_extensions_and_contained_resources_are_rewritten_and_those_to_contained_ones_kept()
    {
        var resource = Normalize("""
            {"resourceType":"Observation","id":"o","contained":[{"resourceType":"Specimen","id":"s","subject":{"reference":"Patient/p"}}],
            "extension":[{"url":"x","valueReference":{"reference":"Organization/o1"}}],"specimen":{"reference":"#s"},
            "subject":{"reference":"Patient/p"},"instantiatesCanonical":"Patient/p"}
            """);
        var text = Text(resource);
        Assert.Contains("\"id\":\"s\"", text, StringComparison.Ordinal);
        Assert.Contains("\"reference\":\"#s\"", text, StringComparison.Ordinal);
        Assert.Contains("\"instantiatesCanonical\":\"Patient/p\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"reference\":\"Patient/p\"", text, StringComparison.Ordinal);
        Assert.Equal([new("Organization", PublishedId.Create("payer-a", "Organization", "o1"))], resource.References);
    }

    [Fact]
    public void Race_and_ethnicity_keep_their_oid_and_old_uris_become_canonical()
    {
        var text = Text(Normalize("""
            {"resourceType":"Patient","id":"p","extension":[{"url":"r","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3"}}],
            "maritalStatus":{"coding":[{"system":"http://hl7.org/fhir/v3/MaritalStatus","code":"M"},{"system":"2.16.840.1.113883.6.96","code":"1"}]}}
            """));
        Assert.Contains("urn:oid:2.16.840.1.113883.6.238", text, StringComparison.Ordinal);
        Assert.Contains("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", text, StringComparison.Ordinal);
        Assert.Contains("http://snomed.info/sct", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_does_not_see_the_version()
    {
        string Line(string meta, string status = "final") =>
            $$"""{"resourceType":"Observation","id":"o","meta":{{{meta}}},"status":"{{status}}"}""";
        var hash = Normalize(Line("\"lastUpdated\":\"2020-01-01T00:00:00Z\",\"versionId\":\"1\",\"profile\":[\"x\"]")).Hash;
        Assert.Equal(hash, Normalize(Line("\"lastUpdated\":\"2021-01-01T00:00:00Z\",\"versionId\":\"2\",\"profile\":[\"x\"]")).Hash);
        Assert.Equal(hash, Normalize(Line("\"profile\":[\"x\"],\"versionId\":\"3\"")).Hash);
        Assert.Equal(hash, Normalize(Line("\"profile\":[\"x\"]")).Hash);
        Assert.NotEqual(hash, Normalize(Line("\"profile\":[\"x\"]", "amended")).Hash);
        Assert.NotEqual(hash, Normalize(Line("\"profile\":[\"y\"]")).Hash);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"versionId":"1"}""")]
    [InlineData("""{"source":"urn:x"}""")]
    [InlineData("""{"source":"urn:x","extension":[{"url":"a","valueCode":"b"}]}""")]
    [InlineData("""{"extension":[],"lastUpdated" : "2020"}""")]
    public void Any_meta_gives_good_json_with_our_source(string meta)
    {
        var json = Normalize("""{ "meta" : """ + meta + """ , "id" : "x", "resourceType" : "Location", "identifier" : [ ] }""").Json;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        Assert.Equal("urn:fhir-gateway:source:payer-a", document.RootElement.GetProperty("meta").GetProperty("source").GetString());
        Assert.Equal("x", document.RootElement.GetProperty("identifier")[0].GetProperty("value").GetString());
        Assert.Equal(meta.Contains("urn:x", StringComparison.Ordinal), Encoding.UTF8.GetString(json.Span).Contains("original-source", StringComparison.Ordinal));
    }

    [Fact]
    public void Decimals_and_unknown_elements_keep_their_bytes()
    {
        var number = from whole in Gen.Choose(-99999, 99999)
                     from fraction in Gen.Choose(0, 9999)
                     from tail in Gen.Elements("", "0", "00", "e400", "E-3")
                     select $"{whole}.{fraction}{tail}";
        Prop.ForAll(number.ToArbitrary(), text =>
        {
            var body = $$"""  "valueQuantity" :{"value":{{text}} , "odd":[1.10,{"ü":"\u00e9"}]}""";
            var json = Text(Normalize("{\"resourceType\":\"Observation\",\"id\":\"o\"," + body + "}"));
            return json.Contains(body, StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_second_normalization_changes_nothing_but_ids()
    {
        var ids = new System.Text.RegularExpressions.Regex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}");
        foreach (var line in SharedSamples.BulkLines().Where((_, i) => i % 50 == 0))
        {
            var once = normalizer.Normalize(line, Settings()).Resource!;
            var twice = normalizer.Normalize(once.Json, Settings()).Resource!;
            var expected = ids.Replace(Text(once).Replace($"source-id:payer-a\",\"value\":\"{once.SourceId}\"", $"source-id:payer-a\",\"value\":\"{once.Id}\"", StringComparison.Ordinal), "ID");
            Assert.Equal(expected, ids.Replace(Text(twice), "ID"));
        }
    }

    [Fact]
    public void The_bulk_sample_normalizes_without_rejection_or_finding_about_its_structure()
    {
        var validation = new ResourceValidation();
        var profiles = new ProfileSets().Of([]);
        var count = 0;
        foreach (var line in SharedSamples.BulkLines())
        {
            var outcome = normalizer.Normalize(line, Settings());
            Assert.True(outcome.IsNormalized);
            Assert.DoesNotContain(validation.Validate(outcome.Resource.Json, profiles), i => i.Code is "structure" or "exception");
            Assert.Equal(outcome.Resource.Type, ResourceTypeScan.Find(line));
            count++;
        }
        Assert.Equal(7160, count);
    }

    [Fact]
    public void A_claim_type_is_added_and_no_profile_is_declared_that_does_not_hold()
    {
        var choice = new ResourceValidation().ChoiceOf(new ProfileSets().Of([]));
        var line = """{"resourceType":"ExplanationOfBenefit","id":"e","meta":{"lastUpdated":"2026-01-01T00:00:00Z"},"type":{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"INPATIENT"}]},"total":[{"amount":{"value":12.50}}]}"""u8.ToArray();
        var once = normalizer.Normalize(line, Settings(), choice).Resource!;
        Assert.Equal(["claim-type", "claim-subtype"], normalizer.Changes.Explain().Select(c => c.Rule.Id));
        Assert.DoesNotContain("\"profile\"", Text(once), StringComparison.Ordinal);
        normalizer.Normalize(once.Json, Settings(), choice);
        Assert.Equal(0, normalizer.Changes.Count);
    }

    [Fact]
    public void The_bundles_normalize_with_every_urn_resolved()
    {
        var resources = new List<byte[]>();
        foreach (var (name, bytes) in SharedSamples.Entries("fhir/samples/synthea-bundles-8.tar.gz").Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(bytes);
            foreach (var entry in document.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                known.Types[("payer-a", resource.GetProperty("id").GetString()!)] = resource.GetProperty("resourceType").GetString()!;
                resources.Add(Encoding.UTF8.GetBytes(resource.GetRawText()));
            }
        }
        var eobs = resources.Select(r => normalizer.Normalize(r, Settings()).Resource!).Where(r => r.Type == "ExplanationOfBenefit").ToList();
        Assert.NotEmpty(eobs);
        Assert.All(eobs, e => Assert.Equal((true, false), (e.Subject is { Type: "Patient" }, e.Service.IsUndated)));
        Assert.All(eobs, e => Assert.Equal(0, e.Unresolved));
    }

    [Fact]
    public void Whatever_the_line_is_nothing_throws_and_what_comes_out_is_strict_json()
    {
        string[] names = ["reference", "system", "identifier", "meta", "extension", "id", "period", "lastUpdated", "versionId", "source", "code", "name", "value", "subject"];
        string[] values = ["null", "1", "\"x\"", "[]", "{}", "[{\"reference\":\"Patient/1\"}]", "{\"reference\":\"urn:x\"}", "{\"lastUpdated\":{\"reference\":\"a\"},\"source\":1}"];
        var random = new Random(11);
        var lines = SharedSamples.BulkLines().Where((l, i) => i % 97 == 0 && l.Length < 4000).Select(Encoding.UTF8.GetString).ToList();
        var validation = new ResourceValidation();
        var profiles = new ProfileSets().Of([]);
        var tape = new FhirGateway.Fhir.Json.JsonTape();
        var good = 0;
        for (var i = 0; i < 4000; i++)
        {
            var line = lines[random.Next(lines.Count)];
            for (var n = random.Next(1, 4); n > 0; n--)
                line = Mutate(line);
            var outcome = normalizer.Normalize(Encoding.UTF8.GetBytes(line), Settings());
            if (!outcome.IsNormalized)
                continue;
            good++;
            Assert.DoesNotContain(validation.Validate(outcome.Resource.Json, profiles), i => i.Code == "exception");
            FhirGateway.Labels.LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service);
            EobAmounts.Remove(outcome.Resource.Json.Span);
            Assert.True(tape.Read(outcome.Resource.Json).IsNone, line);
        }
        Assert.InRange(good, 500, 4000);

        string Mutate(string line)
        {
            var keys = System.Text.RegularExpressions.Regex.Matches(line, "\"[A-Za-z]+\":");
            if (random.Next(8) == 0 || keys.Count == 0)
                return line.Remove(random.Next(line.Length), 1);
            var key = keys[random.Next(keys.Count)];
            return random.Next(2) == 0
                ? line[..key.Index] + "\"" + names[random.Next(names.Length)] + "\":" + line[(key.Index + key.Length)..]
                : line[..key.Index] + "\"" + names[random.Next(names.Length)] + "\":" + values[random.Next(values.Length)] + "," + line[key.Index..];
        }
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","id":"o","effectiveDateTime":"2020-05-01T23:59:00-10:00"}""", "2020-05-01", "2020-05-01")]
    [InlineData("""{"resourceType":"Observation","id":"o","effectiveDateTime":"2020-02"}""", "2020-02-01", "2020-02-29")]
    [InlineData("""{"resourceType":"Encounter","id":"o","period":{"start":"2020"}}""", "2020-01-01", null)]
    [InlineData("""{"resourceType":"Encounter","id":"o","period":{"end":"2020-03-01"}}""", null, "2020-03-01")]
    [InlineData("""{"resourceType":"Condition","id":"o","recordedDate":"2020-03-01"}""", "2020-03-01", "2020-03-01")]
    [InlineData("""{"resourceType":"Condition","id":"o","onsetString":"long ago","recordedDate":"2020-03-01"}""", "2020-03-01", "2020-03-01")]
    [InlineData("""{"resourceType":"ExplanationOfBenefit","id":"o","item":[{"servicedDate":"2020-03-05"},{"servicedPeriod":{"start":"2020-03-01","end":"2020-03-02"}}]}""", "2020-03-01", "2020-03-05")]
    [InlineData("""{"resourceType":"ServiceRequest","id":"o","occurrenceTiming":{"event":["2020-03-05","2020-03-09"]}}""", "2020-03-05", "2020-03-09")]
    [InlineData("""{"resourceType":"Appointment","id":"o","start":"2020-03-05T10:00:00Z","end":"2020-03-06T10:00:00Z"}""", "2020-03-05", "2020-03-06")]
    [InlineData("""{"resourceType":"DocumentReference","id":"o","context":{"period":{"start":"2020-03-05","end":"2020-03-06"}}}""", "2020-03-05", "2020-03-06")]
    [InlineData("""{"resourceType":"Observation","id":"o","effectiveDateTime":"soon"}""", null, null)]
    [InlineData("""{"resourceType":"AllergyIntolerance","id":"o","recordedDate":"2020-03-05"}""", null, null)]
    public void The_service_is_read_in_days_as_written(string json, string? start, string? end)
    {
        DateOnly? Day(string? d) => d is null ? null : DateOnly.Parse(d);
        Assert.Equal(new ServicePeriod(Day(start), Day(end)), Normalize(json).Service);
    }

    [Fact]
    public void A_patient_tells_what_matching_needs()
    {
        var facts = Normalize("""
            {"resourceType":"Patient","id":"p","name":[{"use":"maiden","family":"Old"},{"use":"official","family":" Doe ","given":["Jane","Q"]}],
            "gender":"female","birthDate":"1970-01-02","address":[{"use":"work","postalCode":"1"},{"use":"home","postalCode":"02139-1234"}],
            "telecom":[{"system":"email","value":"e"},{"system":"phone","value":"555"}],
            "identifier":[{"type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203","code":"MR"}]},"value":" 7 ","assigner":{"display":"HOSP"}}]}
            """).Patient!;
        Assert.Equal(("Doe", "Jane", "female", "02139-1234", "555"), (facts.Family, facts.Given, facts.Sex, facts.PostalCode, facts.Phone));
        Assert.Equal(new DateOnly(1970, 1, 2), facts.BirthDate);
        Assert.Equal([new PatientIdentifier("", "7", "MR", "HOSP")], facts.Identifiers);
    }

    [Theory]
    [InlineData("""{"id":"1","contained":[{"resourceType":"Organization"}],"resourceType":"Claim"}""", "Claim")]
    [InlineData("""{"resourceType":"Foo"}""", null)]
    [InlineData("""{"id":""", null)]
    [InlineData("", null)]
    public void The_type_of_a_line_is_found_wherever_it_stands(string line, string? type) =>
        Assert.Equal(type, ResourceTypeScan.Find(Encoding.UTF8.GetBytes(line)));

    private NormalizationSettings Settings() => new("payer-a", known, ["https://payer.example/fhir"]);

    private NormalizedResource Normalize(string line)
    {
        var outcome = normalizer.Normalize(Encoding.UTF8.GetBytes(line), Settings());
        Assert.Null(outcome.Rejection);
        return outcome.Resource!;
    }

    private static string Text(NormalizedResource resource) => Encoding.UTF8.GetString(resource.Json.Span);
}
