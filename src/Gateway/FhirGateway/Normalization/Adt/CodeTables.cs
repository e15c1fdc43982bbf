using System.Collections.Frozen;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// What v2 codes mean in FHIR: the embedded tables, by the HL7 v2-to-FHIR mappings where they say so. A code that is in none is never
/// guessed: it is kept as the sender's own. A feed may have rows of its own: ask <see cref="AdtScope.Table"/>.
/// </summary>
internal static class CodeTables
{
    public const string Terminology = "http://terminology.hl7.org/CodeSystem/";
    public const string NullFlavor = Terminology + "v3-NullFlavor";
    public const string ActCode = Terminology + "v3-ActCode";
    public const string RoleCode = Terminology + "v3-RoleCode";
    public const string Cdcrec = "urn:oid:2.16.840.1.113883.6.238";
    public const string Ucum = "http://unitsofmeasure.org";

    public static readonly FrozenDictionary<string, CodeTable> All = Load();

    public static readonly CodeTable Sex = All["sex"];
    public static readonly CodeTable MaritalStatus = All["marital-status"];

    /// <summary>PV1-2. C, N and U have no counterpart; N is no visit at all.</summary>
    public static readonly CodeTable PatientClass = All["class"];

    /// <summary>PV1-10 where a service says what class of visit it is.</summary>
    public static readonly CodeTable ClassByService = All["class-by-service"];

    /// <summary>PV1-18 where a patient type says what class of visit it is.</summary>
    public static readonly CodeTable ClassByType = All["class-by-type"];
    public static readonly CodeTable AdmissionType = All["admission-type"];
    public static readonly CodeTable Readmission = All["readmission"];
    public static readonly CodeTable HospitalService = All["hospital-service"];
    public static readonly CodeTable Ambulatory = All["ambulatory"];
    public static readonly CodeTable SpecialCourtesy = All["special-courtesy"];

    /// <summary>PV1-14, by the UB-04 point of origin that US feeds send. 7 (emergency room) is retired but still sent.</summary>
    public static readonly CodeTable AdmitSource = All["admit-source"];

    /// <summary>PV1-14 where PV1-4 says newborn: 5 is born here, not a nursing home.</summary>
    public static readonly CodeTable AdmitSourceNewborn = All["admit-source-newborn"];
    public static readonly CodeTable VisitPriority = All["visit-priority"];
    public static readonly CodeTable ArrivalMode = All["arrival-mode"];

    /// <summary>PV1-36, by the UB-04 patient status. 30 is still a patient. hosp means hospice.</summary>
    public static readonly CodeTable Disposition = All["disposition"];
    public static readonly CodeTable Relationship = All["relationship"];
    public static readonly CodeTable ContactRole = All["contact-role"];
    public static readonly CodeTable SubscriberRelationship = All["subscriber-relationship"];
    public static readonly CodeTable DiagnosisType = All["diagnosis-type"];
    public static readonly CodeTable PlanType = All["plan-type"];
    public static readonly CodeTable Ethnicity = All["ethnicity"];

    /// <summary>The race categories of OMB in CDCREC, and the null flavours that US Core 6.1 takes beside them.</summary>
    public static readonly CodeTable Race = All["race"];
    public static readonly CodeTable Religion = All["religion"];
    public static readonly CodeTable Language = All["language"];
    public static readonly CodeTable IdentifierType = All["identifier-type"];
    public static readonly CodeTable NameUse = All["name-use"];
    public static readonly CodeTable AddressUse = All["address-use"];
    public static readonly CodeTable TelecomUse = All["telecom-use"];
    public static readonly CodeTable TelecomSystem = All["telecom-system"];
    public static readonly CodeTable AllergenType = All["allergen-type"];
    public static readonly CodeTable AllergySeverity = All["allergy-severity"];
    public static readonly CodeTable AllergyStatus = All["allergy-status"];
    public static readonly CodeTable ProcedureCategory = All["procedure-category"];
    public static readonly CodeTable EventReason = All["event-reason"];
    public static readonly CodeTable Role = All["role"];
    public static readonly CodeTable ObservationStatus = All["observation-status"];
    public static readonly CodeTable Interpretation = All["interpretation"];
    public static readonly CodeTable Unit = All["unit"];

    /// <summary>A target may name its own system before a hash.</summary>
    public static CodeTarget? Target(string system, string target, string? display)
    {
        if (target.Length == 0)
            return null;
        var hash = target.LastIndexOf('#');
        return new CodeTarget(hash < 0 ? system : target[..hash], target[(hash + 1)..], display);
    }

    private static FrozenDictionary<string, CodeTable> Load()
    {
        var rows = EmbeddedTable.Rows("adt-codes.tsv").ToLookup(row => row[0], StringComparer.Ordinal);
        return EmbeddedTable.Rows("adt-tables.tsv").Select(table => new CodeTable(
                table[0], table[1], table[2] == "yes", table[3],
                rows[table[0]].Select(row => new CodeEntry(row[1], row.Length < 3 ? null : Target(table[3], row[2], row.Length > 3 ? row[3] : null)))))
            .ToFrozenDictionary(table => table.Name, StringComparer.Ordinal);
    }
}
