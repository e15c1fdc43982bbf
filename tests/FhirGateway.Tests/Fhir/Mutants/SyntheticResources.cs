using System.Collections.Immutable;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Made-up resources without an error, for what the published examples have too little of and for where those are absent.</summary>
internal static class SyntheticResources
{
    private const string Text = """
        "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>"}
        """;

    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/";

    /// <summary>With names of their own. Narrative and the URLs of US Core stand for marks in them.</summary>
    public static readonly ImmutableArray<(string Name, string Json)> All =
    [
        .. Marked().Select(m => (m.Name, m.Json.Replace("%TEXT%", Text, StringComparison.Ordinal).Replace("%USCORE%", UsCore, StringComparison.Ordinal))),
    ];

    private static IEnumerable<(string Name, string Json)> Marked() =>
    [
        ("patient", """
            {"resourceType":"Patient","id":"p1","meta":{"profile":["%USCORE%us-core-patient"]},%TEXT%,
             "extension":[
              {"url":"%USCORE%us-core-race","extension":[{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3","display":"White"}},{"url":"text","valueString":"White"}]},
              {"url":"%USCORE%us-core-ethnicity","extension":[{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2186-5"}},{"url":"text","valueString":"Not Hispanic or Latino"}]},
              {"url":"%USCORE%us-core-birthsex","valueCode":"F"}],
             "identifier":[{"use":"usual","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"http://example.org/mrn","value":"1","period":{"start":"2020-01-01"}}],
             "active":true,"name":[{"use":"official","family":"Doe","given":["Jane","Q"],"period":{"start":"2000","end":"2020-01-01"}}],
             "telecom":[{"system":"phone","value":"555-0100","use":"home","rank":1}],"gender":"female","birthDate":"1970-02-28","deceasedBoolean":false,
             "address":[{"use":"home","line":["1 Main St"],"city":"Town","state":"MA","postalCode":"01001","country":"US"}],
             "maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]},
             "multipleBirthInteger":2,"photo":[{"contentType":"image/png","data":"QUJD"}],
             "contact":[{"relationship":[{"text":"mother"}],"name":{"family":"Doe"}}],
             "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en"}]},"preferred":true}],
             "generalPractitioner":[{"reference":"Practitioner/a"}],"managingOrganization":{"reference":"Organization/a"},
             "link":[{"other":{"reference":"Patient/p2"},"type":"seealso"}]}
            """),
        ("blood-pressure", """
            {"resourceType":"Observation","id":"bp","meta":{"profile":["%USCORE%us-core-blood-pressure"]},%TEXT%,"status":"final",
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-01-01T10:00:00Z",
             "component":[
              {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
              {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}],
             "referenceRange":[{"low":{"value":90},"high":{"value":140},"age":{"low":{"value":1},"high":{"value":99}}}]}
            """),
        ("laboratory", """
            {"resourceType":"Observation","id":"lab","meta":{"profile":["%USCORE%us-core-observation-lab"]},%TEXT%,"status":"final",
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-01-01T10:00:00Z","issued":"2020-01-02T00:00:00.000Z",
             "performer":[{"reference":"Organization/a"}],"valueQuantity":{"value":95.50,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"},"note":[{"time":"2020-01-01","text":"x"}]}
            """),
        ("laboratory-coded", """
            {"resourceType":"Observation","id":"lab2","meta":{"profile":["%USCORE%us-core-observation-lab"]},%TEXT%,"status":"final",
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"5778-6"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-01-01",
             "valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"371244009"}],"text":"Yellow"}}
            """),
        ("ratio", """
            {"resourceType":"Observation","id":"ratio",%TEXT%,"status":"final","code":{"text":"titer"},"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}}
            """),
        ("allergy", """
            {"resourceType":"AllergyIntolerance","id":"a",%TEXT%,
             "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},
             "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}]},
             "category":["food"],"criticality":"low","code":{"text":"nuts"},"patient":{"reference":"Patient/p1"},"onsetAge":{"value":5,"unit":"years","system":"http://unitsofmeasure.org","code":"a"},
             "reaction":[{"manifestation":[{"text":"hives"}],"severity":"mild"}]}
            """),
        ("condition", """
            {"resourceType":"Condition","id":"c",%TEXT%,
             "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
             "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}]}],
             "code":{"text":"x"},"subject":{"reference":"Patient/p1"},"onsetPeriod":{"start":"2020-01-01"},"stage":[{"summary":{"text":"I"}}],"evidence":[{"code":[{"text":"x"}]}]}
            """),
        ("medication-request", """
            {"resourceType":"MedicationRequest","id":"m","meta":{"profile":["%USCORE%us-core-medicationrequest"]},%TEXT%,"status":"active","intent":"order",
             "reportedBoolean":false,"medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"1049502"}]},
             "subject":{"reference":"Patient/p1"},"authoredOn":"2020-01-01","requester":{"reference":"Practitioner/a"},
             "dosageInstruction":[{"text":"daily","timing":{"repeat":{"boundsDuration":{"value":7,"unit":"d","system":"http://unitsofmeasure.org","code":"d"},"count":7,"frequency":1,"period":1,"periodUnit":"d","when":["MORN"]}},
              "doseAndRate":[{"doseRange":{"low":{"value":1},"high":{"value":2}}}]}],
             "dispenseRequest":{"numberOfRepeatsAllowed":1,"quantity":{"value":7},"expectedSupplyDuration":{"value":7,"unit":"d","system":"http://unitsofmeasure.org","code":"d"}}}
            """),
        ("encounter", """
            {"resourceType":"Encounter","id":"e",%TEXT%,"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},
             "type":[{"text":"visit"}],"subject":{"reference":"Patient/p1"},"period":{"start":"2020-01-01T10:00:00Z","end":"2020-01-01T11:00:00Z"},
             "length":{"value":1,"unit":"h","system":"http://unitsofmeasure.org","code":"h"},"location":[{"location":{"reference":"Location/a"},"status":"completed"}]}
            """),
        ("care-plan", """{"resourceType":"CarePlan","id":"cp",%TEXT%,"status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"activity":[{"detail":{"status":"scheduled"} }]}"""),
        ("care-team", """{"resourceType":"CareTeam","id":"ct",%TEXT%,"status":"active","subject":{"reference":"Patient/p1"},"participant":[{"member":{"reference":"Practitioner/a"} }]}"""),
        ("goal", """{"resourceType":"Goal","id":"g",%TEXT%,"lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p1"},"target":[{"dueDate":"2021-01-01"}]}"""),
        ("immunization", """
            {"resourceType":"Immunization","id":"i","meta":{"profile":["%USCORE%us-core-immunization"]},%TEXT%,"status":"completed",
             "vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"140"}]},"patient":{"reference":"Patient/p1"},"occurrenceDateTime":"2020-01-01","primarySource":true,
             "education":[{"documentType":"x"}]}
            """),
        ("immunization-3.1.1", """
            {"resourceType":"Immunization","id":"i","meta":{"profile":["%USCORE%us-core-immunization|3.1.1"]},%TEXT%,"status":"completed",
             "vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"140"}]},"patient":{"reference":"Patient/p1"},"occurrenceDateTime":"2020-01-01","primarySource":true}
            """),
        ("dispense", """
            {"resourceType":"MedicationDispense","id":"d",%TEXT%,"status":"completed","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p1"},
             "whenPrepared":"2021-01-01","whenHandedOver":"2021-01-02","substitution":{"wasSubstituted":false}}
            """),
        ("organization", """
            {"resourceType":"Organization","id":"o","meta":{"profile":["%USCORE%us-core-organization"]},%TEXT%,"identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],
             "active":true,"name":"x","telecom":[{"system":"phone","value":"1","use":"work"}],"address":[{"use":"work","line":["1 Main St"],"city":"Town","state":"MA","postalCode":"01001","country":"US"}],
             "endpoint":[{"reference":"Endpoint/a"}]}
            """),
        ("practitioner-role", """
            {"resourceType":"PractitionerRole","id":"r","meta":{"profile":["%USCORE%us-core-practitionerrole"]},%TEXT%,"practitioner":{"reference":"Practitioner/a"},"organization":{"reference":"Organization/o"},
             "telecom":[{"system":"phone","value":"1"}],"availableTime":[{"daysOfWeek":["mon"],"availableStartTime":"08:00:00"}]}
            """),
        ("service-request", """{"resourceType":"ServiceRequest","id":"s",%TEXT%,"status":"active","intent":"order","code":{"text":"x"},"subject":{"reference":"Patient/p1"},"quantityQuantity":{"value":1}}"""),
        ("answers", """
            {"resourceType":"QuestionnaireResponse","id":"q","meta":{"profile":["%USCORE%us-core-questionnaireresponse"]},%TEXT%,"questionnaire":"http://example.org/q","status":"completed","subject":{"reference":"Patient/p1"},
             "authored":"2020-01-01T00:00:00Z","item":[{"linkId":"1","text":"x","answer":[{"valueInteger":1}]},{"linkId":"2","item":[{"linkId":"2.1","answer":[{"valueString":"x"}]}]}]}
            """),
        ("group", """{"resourceType":"Group","id":"gr",%TEXT%,"active":true,"type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p1"},"period":{"start":"2020-01-01"} }]}"""),
        ("collection", """
            {"resourceType":"Bundle","id":"b","type":"collection","timestamp":"2020-01-01T00:00:00Z","entry":[
              {"fullUrl":"http://example.org/Patient/p1","resource":{"resourceType":"Patient","id":"p1",%TEXT%,"gender":"female"} },
              {"fullUrl":"http://example.org/Observation/o1","resource":{"resourceType":"Observation","id":"o1",%TEXT%,"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},"valueInteger":1} }]}
            """),
        ("document", """
            {"resourceType":"Bundle","id":"doc","identifier":{"system":"http://example.org/docs","value":"1"},"type":"document","timestamp":"2020-01-01T00:00:00Z","entry":[
              {"fullUrl":"http://example.org/Composition/c1","resource":{"resourceType":"Composition","id":"c1",%TEXT%,"status":"final","type":{"text":"x"},"subject":{"reference":"Patient/p1"},"date":"2020-01-01","author":[{"reference":"Patient/p1"}],"title":"x","section":[{"title":"x",%TEXT% }]} },
              {"fullUrl":"http://example.org/Patient/p1","resource":{"resourceType":"Patient","id":"p1",%TEXT%,"gender":"female"} }]}
            """),
    ];
}
