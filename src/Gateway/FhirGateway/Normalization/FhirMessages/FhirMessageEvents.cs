using System.Collections.Frozen;
using FhirGateway.Episodes;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>Which HL7v2 event a FHIR message says, so that both kinds of feed fold into the same episodes (Tables/fhir-message-events.tsv).</summary>
internal static class FhirMessageEvents
{
    private const string V2Events = "http://terminology.hl7.org/CodeSystem/v2-0003";

    private static readonly FrozenDictionary<(string System, string Code), string> Table =
        EmbeddedTable.Rows("fhir-message-events.tsv").ToFrozenDictionary(r => (r[0], r[1]), r => r[2]);

    /// <summary>The event that the code means; null for one that concerns no visit, or that needs what a Bundle does not say (merges).</summary>
    public static string? Find(string system, string code)
    {
        if (system == V2Events || system == "http://hl7.org/fhir/v2/0003")
            return AdtTriggers.Find(code) is { Subject: AdtSubject.Visit, Grouping: AdtGrouping.One } ? code : null;
        return Table.GetValueOrDefault((system, code));
    }

    /// <summary>
    /// The event with what Encounter says beside it: a cancelled Encounter takes the event back, an emergency or outpatient arrival is
    /// a registration, one that is only planned an announcement.
    /// </summary>
    public static string Refine(string trigger, string status, VisitClass @class) => status switch
    {
        // Deletes the visit: it never was.
        "entered-in-error" => "A23",
        "cancelled" => trigger switch
        {
            "A02" => "A12",
            "A03" => "A13",
            "A05" => "A38",
            "A01" or "A04" or "A08" => "A11",
            _ => trigger,
        },
        "planned" when trigger is "A01" or "A04" => "A05",
        "onleave" when trigger is "A08" => "A21",
        _ when trigger is "A01" && !IsStay(@class) => "A04",
        _ => trigger,
    };

    private static bool IsStay(VisitClass @class) => @class.IsInpatient || @class.IsObservation || @class.Code is "SS" or "HH";
}
