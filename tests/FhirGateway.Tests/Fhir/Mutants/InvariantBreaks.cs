using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>A breaking edit for every invariant that a handled resource can break: those of FHIR itself.</summary>
internal static class InvariantBreaks
{
    private const string Ucum = "http://unitsofmeasure.org";
    private const string Xhtml = "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">";

    public static readonly ImmutableArray<InvariantBreak> Table =
    [
        On("ele-1", "HumanName", """{"id":"x"}"""),
        On("ele-1", "CodeableConcept", """{"id":"x"}"""),
        On("ext-1", "Extension", """{"url":"http://example.org/x"}"""),
        On("ext-1", "Extension", """{"url":"http://example.org/x","valueString":"x","extension":[{"url":"y","valueString":"z"}]}"""),
        On("att-1", "Attachment", """{"data":"QUJD"}"""),
        On("cpt-2", "ContactPoint", """{"value":"x"}"""),
        On("per-1", "Period", """{"start":"2020-02-01","end":"2020-01-31"}"""),
        On("per-1", "Period", """{"start":"2020-02-01T00:00:00Z","end":"2020-02-01T00:30:00+01:00"}"""),
        On("qty-3", "Quantity", """{"value":1,"code":"mg"}"""),
        On("rng-2", "Range", """{"low":{"value":2},"high":{"value":1.5}}"""),
        On("rat-1", "Ratio", """{"numerator":{"value":1}}"""),
        On("ref-1", "Reference", """{"reference":"#nowhere"}"""),
        On("drt-1", "Duration", $$"""{"system":"{{Ucum}}","code":"h"}"""),
        On("age-1", "Age", """{"value":5}"""),
        On("tim-1", "Timing.repeat", """{"duration":1}"""),
        On("tim-2", "Timing.repeat", """{"period":1}"""),
        On("tim-4", "Timing.repeat", """{"duration":-1,"durationUnit":"h"}"""),
        On("tim-5", "Timing.repeat", """{"period":-0.5,"periodUnit":"h"}"""),
        On("tim-6", "Timing.repeat", """{"periodMax":2}"""),
        On("tim-7", "Timing.repeat", """{"durationMax":2}"""),
        On("tim-8", "Timing.repeat", """{"countMax":2}"""),
        On("tim-9", "Timing.repeat", """{"offset":5}"""),
        On("tim-9", "Timing.repeat", """{"offset":5,"when":["CM"]}"""),
        On("tim-10", "Timing.repeat", """{"timeOfDay":["10:00:00"],"when":["MORN"]}"""),
        On("txt-1", "Narrative", $$"""{"status":"generated","div":"{{Xhtml}}<script>x</script></div>"}""") with { Step = "div" },
        On("txt-1", "Narrative", $$"""{"status":"generated","div":"{{Xhtml}}<p onclick=\"x\">y</p></div>"}""") with { Step = "div" },
        On("txt-2", "Narrative", $$"""{"status":"generated","div":"{{Xhtml}} </div>"}""") with { Step = "div" },
        Without("dom-6", "DomainResource", "text"),
        On("pat-1", "Patient.contact", """{"gender":"male"}"""),
        On("obs-3", "Observation.referenceRange", """{"type":{"text":"x"}}"""),
        With("obs-6", "Observation", "dataAbsentReason", """{"text":"x"}""", when: v => Has(v, "value")),
        new("obs-7", "Observation", (v, _) => Has(v, "value") && v["code"]?["coding"] is not null
            && Set(v, "component", new JsonArray(new JsonObject { ["code"] = v["code"]!.DeepClone(), ["valueString"] = "x" }))),
        Without("ait-1", "AllergyIntolerance", "clinicalStatus"),
        With("ait-2", "AllergyIntolerance", "verificationStatus", """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"entered-in-error"}]}""", when: v => Has(v, "clinicalStatus")),
        With("con-1", "Condition", "stage", """[{"type":{"text":"x"}}]""") with { Step = "stage[0]" },
        With("con-2", "Condition", "evidence", """[{"extension":[{"url":"http://example.org/x","valueString":"x"}]}]""") with { Step = "evidence[0]" },
        Without("con-3", "Condition", "clinicalStatus"),
        With("con-4", "Condition", "abatementString", "\"x\"", when: v => !Has(v, "abatement") && (string?)v["clinicalStatus"]?["coding"]?[0]?["code"] is "active" or "recurrence"),
        With("con-5", "Condition", "verificationStatus", """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]}""", when: v => Has(v, "clinicalStatus")),
        With("cpl-3", "CarePlan", "activity", """[{"reference":{"display":"x"},"detail":{"status":"scheduled"}}]""") with { Step = "activity[0]" },
        new("ctm-1", "CareTeam", (v, _) => Has(v, "participant") && Set(v, "contained", """[{"resourceType":"Organization","id":"o","name":"x"}]""")
            && Set(v["participant"]![0]!, "member", """{"reference":"#o"}""") && Set(v["participant"]![0]!, "onBehalfOf", """{"display":"x"}""")) { Step = "participant[0]" },
        With("gol-1", "Goal.target", "detailString", "\"x\"", when: v => v.Remove("measure") | true & !Has(v, "detail")),
        With("imm-1", "Immunization", "education", """[{"publicationDate":"2020"}]""") with { Step = "education[0]" },
        new("mdd-1", "MedicationDispense", (v, _) => Set(v, "whenPrepared", "\"2021-01-02\"") && Set(v, "whenHandedOver", "\"2021-01-01\"")),
        new("org-1", "Organization", (v, _) => v.Remove("identifier") | v.Remove("name")),
        With("org-2", "Organization", "address", """[{"use":"home","text":"x"}]""") with { Step = "address[0]" },
        With("org-3", "Organization", "telecom", """[{"system":"phone","use":"home","value":"1"}]""") with { Step = "telecom[0]" },
        new("prr-1", "ServiceRequest", (v, _) => Set(v, "orderDetail", """[{"text":"x"}]""") && v.Remove("code")),
        With("qrs-1", "QuestionnaireResponse.item", "item", """[{"linkId":"x1"}]""", when: v => Has(v, "answer")),
        With("grp-1", "Group", "actual", "false", when: v => Has(v, "member")),
        With("bdl-1", "Bundle", "total", "1", when: v => !IsType(v, "searchset", "history")),
        new("bdl-2", "Bundle", (v, _) => !IsType(v, "searchset") && Set(v["entry"]?[0], "search", """{"mode":"match"}""")),
        new("bdl-3", "Bundle", (v, _) => !IsType(v, "batch", "transaction", "history") && Set(v["entry"]?[0], "request", """{"method":"GET","url":"x"}""")),
        new("bdl-4", "Bundle", (v, _) => !IsType(v, "batch-response", "transaction-response", "history") && Set(v["entry"]?[0], "response", """{"status":"200"}""")),
        On("bdl-5", "Bundle.entry", """{"fullUrl":"http://example.org/Patient/x"}"""),
        new("bdl-7", "Bundle", (v, _) => !IsType(v, "history") && v["entry"] is JsonArray { Count: > 0 } e && Has(e[0]!.AsObject(), "fullUrl") && Append(e, e[0]!)),
        With("bdl-8", "Bundle.entry", "fullUrl", "\"http://example.org/Patient/x/_history/1\""),
        new("bdl-9", "Bundle", (v, _) => IsType(v, "document") && v.Remove("identifier")),
        new("bdl-10", "Bundle", (v, _) => IsType(v, "document") && v.Remove("timestamp")),
        new("bdl-11", "Bundle", (v, _) => IsType(v, "document") && v["entry"] is JsonArray { Count: > 1 } e && Swap(e)),
        new("bdl-12", "Bundle", (v, _) => IsType(v, "collection") && Set(v, "type", "\"message\"")),
    ];

    public static InvariantBreak On(string key, string context, string json) => new(key, context, (value, _) =>
    {
        value.Clear();
        foreach (var (name, part) in JsonNode.Parse(json)!.AsObject())
            value[name] = part?.DeepClone();
        return true;
    });

    public static InvariantBreak With(string key, string context, string property, string json, Func<JsonObject, bool>? when = null) =>
        new(key, context, (value, _) => (when is null || when(value)) && Set(value, property, json));

    public static InvariantBreak Without(string key, string context, string property) => new(key, context, (value, _) => value.Remove(property));

    public static bool Set(JsonNode? owner, string property, string json) => Set(owner, property, JsonNode.Parse(json)!);

    public static bool Set(JsonNode? owner, string property, JsonNode value)
    {
        if (owner is not JsonObject holder)
            return false;
        holder[property] = value;
        return true;
    }

    /// <summary>Whether an element is there; of a choice, in any type.</summary>
    public static bool Has(JsonObject owner, string element) =>
        owner.Any(p => p.Key == element || (p.Key.Length > element.Length && p.Key.StartsWith(element, StringComparison.Ordinal) && char.IsAsciiLetterUpper(p.Key[element.Length])));

    public static bool Append(JsonArray items, JsonNode item)
    {
        items.Add(item.DeepClone());
        return true;
    }

    private static bool IsType(JsonObject bundle, params string[] types) => types.Contains((string?)bundle["type"]);

    private static bool Swap(JsonArray items)
    {
        var first = items[0]!;
        items.RemoveAt(0);
        items.Add(first);
        return true;
    }
}
