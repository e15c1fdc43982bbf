using System.Collections.Immutable;
using System.Text.Json.Nodes;
using static FhirGateway.Tests.Fhir.Mutants.InvariantBreaks;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>A breaking edit for every invariant of US Core 3.1.1 and 6.1.0 and CARIN Blue Button 2.0.0 that can be broken.</summary>
internal static class ProfileInvariantBreaks
{
    private const string Benefit = "ExplanationOfBenefit";
    private const string Inpatient = "C4BB-ExplanationOfBenefit-Inpatient-Institutional";
    private const string Outpatient = "C4BB-ExplanationOfBenefit-Outpatient-Institutional";
    private const string Oral = "C4BB-ExplanationOfBenefit-Oral";
    private const string Professional = "C4BB-ExplanationOfBenefit-Professional-NonClinician";
    private const string InfoType = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType";
    private const string Ndc = "http://hl7.org/fhir/sid/ndc";
    private const string Npi = "http://hl7.org/fhir/sid/us-npi";

    public static readonly ImmutableArray<InvariantBreak> Table =
    [
        .. UsCore(),
        .. Versions(),
        .. Carin(),
    ];

    private static IEnumerable<InvariantBreak> UsCore() =>
    [
        Effective("us-core-1", "us-core-observation-lab"),
        Effective("us-core-1", "us-core-observation-clinical-result"),
        Effective("us-core-1", "us-core-observation-screening-assessment"),
        Effective("vs-1", "us-core-blood-pressure"),
        Effective("vs-1", "us-core-body-weight"),
        Effective("vs-1", "us-core-heart-rate"),
        new("us-core-1", "Immunization.vaccineCode", (v, _) => AddNdc(v)) { Profile = "us-core-immunization" },
        new("us-core-1", "Condition", (v, _) => Set(v, "category", """[{"text":"x"}]""")) { Profile = "us-core-condition" },
        NoValue("us-core-2", "us-core-observation-lab"),
        NoValue("us-core-2", "us-core-observation-clinical-result"),
        NoValue("us-core-2", "us-core-observation-screening-assessment"),
        NoValue("vs-2", "us-core-body-weight"),
        NoValue("vs-2", "us-core-heart-rate"),
        new("vs-3", "Observation.component", (v, _) => RemoveChoice(v, "value") | v.Remove("dataAbsentReason")) { Profile = "us-core-blood-pressure" },
        new("us-core-3", "Observation", (v, _) => RemoveChoice(v, "value") && Set(v, "valueQuantity", """{"value":1,"system":"http://example.org/units","code":"x"}""")) { Profile = "us-core-observation-screening-assessment" },
        new("us-core-5", "Immunization", (v, _) => v["vaccineCode"] is JsonObject code && AddNdc(code)) { Profile = "us-core-immunization" },
        On("us-core-6", "Patient.name", """{"text":"x"}""") with { Profile = "us-core-patient" },
        On("us-core-8", "Patient.name", """{"text":"x"}""") with { Profile = "us-core-patient" },
        On("us-core-8", "Patient.name", """{"text":"x"}""") with { Profile = "C4BB-Patient" },
        On("us-core-6", "DocumentReference.content.attachment", """{"contentType":"text/plain"}""") with { Profile = "us-core-documentreference" },
        new("us-core-7", "Procedure", (v, _) => (string?)v["status"] is "completed" or "in-progress" && RemoveChoice(v, "performed")) { Profile = "us-core-procedure" },
        new("us-core-8", "DiagnosticReport", (v, _) => RemoveChoice(v, "effective")) { Profile = "us-core-diagnosticreport-lab" },
        Without("us-core-9", "DiagnosticReport", "issued") with { Profile = "us-core-diagnosticreport-lab" },
        new("us-core-10", "DiagnosticReport", (v, _) => RemoveChoice(v, "effective")) { Profile = "us-core-diagnosticreport-note" },
        new("us-core-9", "Device", (v, _) => Has(v, "udiCarrier") && (v.Remove("manufactureDate") | v.Remove("expirationDate") | v.Remove("lotNumber") | v.Remove("serialNumber") | v.Remove("distinctIdentifier"))) { Profile = "us-core-implantable-device" },
        new("us-core-12", "Device", (v, _) => v["udiCarrier"]?[0] is JsonObject u && (u.Remove("carrierAIDC") | u.Remove("carrierHRF"))) { Profile = "us-core-implantable-device" },
        new("us-core-13", "PractitionerRole", (v, _) => v.Remove("practitioner") | v.Remove("organization") | v.Remove("healthcareService") | v.Remove("location")) { Profile = "us-core-practitionerrole" },
        new("pd-1", "PractitionerRole", (v, _) => v.Remove("telecom") | v.Remove("endpoint")) { Profile = "us-core-practitionerrole" },
        new("us-core-14", "RelatedPerson", (v, _) => v.Remove("name") | v.Remove("relationship")) { Profile = "us-core-relatedperson" },
        new("us-core-15", "Coverage", (v, _) => v.Remove("subscriberId") | v.Remove("identifier")) { Profile = "us-core-coverage" },
        Identifier("us-core-16", "us-core-organization", "Organization", Npi, "123456789"),
        Identifier("us-core-16", "us-core-practitioner", "Practitioner", Npi, "12345678901"),
        Identifier("us-core-17", "us-core-organization", "Organization", Npi, "1234567890"),
        Identifier("us-core-17", "us-core-practitioner", "Practitioner", Npi, "1234567890"),
        Identifier("us-core-18", "us-core-organization", "Organization", "urn:oid:2.16.840.1.113883.4.7", "12X1234567"),
        Identifier("us-core-19", "us-core-organization", "Organization", "urn:oid:2.16.840.1.113883.6.300", "1234"),
        new("us-core-20", "MedicationDispense", (v, _) => (string?)v["status"] == "completed" && v.Remove("whenHandedOver")) { Profile = "us-core-medicationdispense" },
        new("us-core-21", "MedicationRequest", (v, _) => (string?)v["intent"] == "order" && v.Remove("requester")) { Profile = "us-core-medicationrequest" },
        Without("sdcqr-1", "QuestionnaireResponse", "subject") with { Profile = "us-core-questionnaireresponse" },
        new("sdcqr-2", "QuestionnaireResponse", (v, _) => v["item"] is JsonArray items && items.FirstOrDefault(i => i?["answer"]?[0] is JsonObject a && Has(a, "value")) is { } item && Append(items, item)) { Profile = "us-core-questionnaireresponse" },
        new("provenance-1", "Provenance", (v, _) => Set(v, "contained", """[{"resourceType":"Practitioner","id":"p"}]""") && Set(v["agent"]?[0], "who", """{"reference":"#p"}""") && (v["agent"]![0]!.AsObject().Remove("onBehalfOf") | true)) { Profile = "us-core-provenance", Step = "agent[0]" },
    ];

    /// <summary>CARIN asks that meta.profile names the version.</summary>
    private static IEnumerable<InvariantBreak> Versions() =>
        new[]
        {
            ("EOB-institutional-inpatient", Inpatient), ("EOB-institutional-outpatient", Outpatient), ("EOB-oral", Oral), ("EOB-pharmacy", "C4BB-ExplanationOfBenefit-Pharmacy"),
            ("EOB-professional-nonclinician", Professional), ("coverage", "C4BB-Coverage"), ("organization", "C4BB-Organization"), ("patient", "C4BB-Patient"),
            ("practitioner", "C4BB-Practitioner"), ("relatedperson", "C4BB-RelatedPerson"),
        }.Select(p => new InvariantBreak(p.Item1 + "-meta-profile-version", p.Item2.Split('-')[1], (v, _) =>
            v["meta"]?["profile"] is JsonArray profiles && Set(v["meta"], "profile", new JsonArray([.. profiles.Select(c => (JsonNode)((string)c!).Split('|')[0])])))
        { Profile = p.Item2 });

    private static IEnumerable<InvariantBreak> Carin() =>
    [
        .. new[] { Inpatient, Outpatient }.SelectMany(p => new InvariantBreak[]
        {
            new("EOB-inst-pointoforigin", Benefit, (v, _) => AddInfo(v, 90, "x", "https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit", "1") && AddInfo(v, 91, "x", "https://www.nubc.org/CodeSystem/PointOfOriginNewborn", "5")) { Profile = p },
            new("EOB-institutional-item-or-header-adjudication", Benefit, (v, _) => v.Remove("adjudication") | RemoveFromItems(v, "adjudication")) { Profile = p },
            With("adjudication-has-amount-type-slice", "ExplanationOfBenefit.item", "adjudication", """[{"category":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudicationDiscriminator","code":"benefitpaymentstatus"}]}}]""") with { Profile = p },
        }),
        new("EOB-careteam-qualification", "ExplanationOfBenefit.careTeam", (v, _) => (string?)v["role"]?["coding"]?[0]?["code"] == "rendering" && v.Remove("qualification")) { Profile = Outpatient },
        .. new[] { Inpatient, Outpatient, Oral, Professional }.Select(p =>
            With("EOB-payee-other-type-requires-party", Benefit, "payee", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/payeetype","code":"other"}]}}""") with { Profile = p, Step = "payee" }),
        new("EOB-prof-all-transportation-supportinginfo-linked-to-line", Benefit, (v, _) => AddInfo(v, 92, "patientweight", "http://example.org/x", "x")) { Profile = Professional },
        new("Oral-EOB-supportinginfo-additionalbodysite-requires-line-item", Benefit, (v, _) => AddInfo(v, 93, "additionalbodysite", "http://example.org/x", "x")) { Profile = Oral },
        new("Oral-EOB-surface-subsite-requires-tooth-number", Benefit, (v, _) => v["item"]?[0] is JsonObject item && Set(item, "subSite", """[{"text":"x"}]""") && (item.Remove("bodySite") | item.Remove("informationSequence") | true)) { Profile = Oral },
        new("Oral-line-item-with-linked-additionalbody-site-requires-bodysite", Benefit, (v, _) => AddInfo(v, 94, "additionalbodysite", "http://example.org/x", "x") && v["item"]?[0] is JsonObject item && Set(item, "informationSequence", "[94]") && (item.Remove("bodySite") | true)) { Profile = Oral },
        new("Practitioner-identifier", "Practitioner", (v, _) => v["identifier"] is JsonArray ids && ids.Count(i => i!.AsObject().Remove("type")) >= 0) { Profile = "C4BB-Practitioner" },
        new("uncontained-requires-lastUpdated", "Organization", (v, _) => v["meta"] is JsonObject m && m.Remove("lastUpdated")) { Profile = "C4BB-Organization" },
        new("relatedperson-name-or-relationship", "RelatedPerson", (v, _) => v.Remove("name") | v.Remove("relationship")) { Profile = "C4BB-RelatedPerson" },
    ];

    private static InvariantBreak Effective(string key, string profile) => new(key, "Observation", (v, _) => RemoveChoice(v, "effective") && Set(v, "effectiveDateTime", "\"2020\"")) { Profile = profile, Step = "effective" };

    private static InvariantBreak NoValue(string key, string profile) => new(key, "Observation", (v, _) => !Has(v, "component") && !Has(v, "hasMember") && (RemoveChoice(v, "value") | v.Remove("dataAbsentReason"))) { Profile = profile };

    private static InvariantBreak Identifier(string key, string profile, string type, string system, string value) =>
        With(key, type, "identifier", $$"""[{"system":"{{system}}","value":"{{value}}"}]""") with { Profile = profile, Step = "identifier[0]" };

    private static bool AddNdc(JsonObject concept) => concept["coding"] is JsonArray codings && codings.All(c => (string?)c!["system"] != Ndc)
        && Append(codings, JsonNode.Parse($$"""{"system":"{{Ndc}}","code":"49281-0623-15"}""")!);

    private static bool AddInfo(JsonObject benefit, int sequence, string category, string system, string code)
    {
        if (benefit["supportingInfo"] is not JsonArray infos)
            benefit["supportingInfo"] = infos = [];
        return Append(infos, JsonNode.Parse(
            $$"""{"sequence":{{sequence}},"category":{"coding":[{"system":"{{InfoType}}","code":"{{category}}"}]},"code":{"coding":[{"system":"{{system}}","code":"{{code}}"}] } }""")!);
    }

    private static bool RemoveFromItems(JsonObject benefit, string property) =>
        benefit["item"] is JsonArray items && items.Aggregate(false, (any, i) => i!.AsObject().Remove(property) || any);

    private static bool RemoveChoice(JsonObject owner, string element)
    {
        var there = owner.Select(p => p.Key.TrimStart('_')).Where(k => k.StartsWith(element, StringComparison.Ordinal) && k.Length > element.Length && char.IsAsciiLetterUpper(k[element.Length])).ToList();
        foreach (var property in there)
            _ = owner.Remove(property) | owner.Remove("_" + property);
        return there.Count > 0;
    }
}
