namespace FhirGateway.Normalization.Adt;

/// <summary>
/// What v2 codes mean in FHIR, from the HL7 v2-to-FHIR mappings where they say so. A code that is not here is never guessed:
/// it is kept as the sender's own.
/// </summary>
internal static class CodeTables
{
    public const string Terminology = "http://terminology.hl7.org/CodeSystem/";
    public const string NullFlavor = Terminology + "v3-NullFlavor";
    public const string ActCode = Terminology + "v3-ActCode";
    public const string RoleCode = Terminology + "v3-RoleCode";
    public const string Cdcrec = "urn:oid:2.16.840.1.113883.6.238";

    public static readonly CodeTable MaritalStatus = new("0002", false, Terminology + "v3-MaritalStatus", """
        A L Legally Separated
        B http://terminology.hl7.org/CodeSystem/v3-NullFlavor#UNK unknown
        C C Common Law
        D D Divorced
        E L Legally Separated
        G T Domestic partner
        I I Interlocutory
        M M Married
        N A Annulled
        O http://terminology.hl7.org/CodeSystem/v3-NullFlavor#OTH other
        P T Domestic partner
        R T Domestic partner
        S S Never Married
        T
        U http://terminology.hl7.org/CodeSystem/v3-NullFlavor#UNK unknown
        W W Widowed
        """);

    /// <summary>PV1-2. C, N and U have no counterpart; N is no visit at all.</summary>
    public static readonly CodeTable PatientClass = new("0004", false, ActCode, """
        E EMER emergency
        I IMP inpatient encounter
        O AMB ambulatory
        P PRENC pre-admission
        R AMB ambulatory
        B IMP inpatient encounter
        C
        N
        U
        """);

    public static readonly CodeTable AdmissionType = new("0007", false, "", """
        A
        C
        E
        L
        N
        R
        U
        """);

    public static readonly CodeTable Readmission = new("0092", false, "", "R");

    public static readonly CodeTable HospitalService = new("0069", true, "", "");

    public static readonly CodeTable Ambulatory = new("0009", true, "", "");

    public static readonly CodeTable SpecialCourtesy = new("0099", true, "", "");

    /// <summary>PV1-14, by the UB-04 point of origin that US feeds send. 7 (emergency room) is retired but still sent.</summary>
    public static readonly CodeTable AdmitSource = new("0023", true, Terminology + "admit-source", """
        1 other Other
        2 outp From outpatient department
        4 hosp-trans Transferred from other hospital
        5 nursing From nursing home
        7 emd From accident/emergency department
        """);

    /// <summary>PV1-36, by the UB-04 patient status. 30 is still a patient. hosp means hospice.</summary>
    public static readonly CodeTable Disposition = new("0112", true, Terminology + "discharge-disposition", """
        01 home Home
        02 other-hcf Other healthcare facility
        03 snf Skilled nursing facility
        04 long Long-term care
        05 other-hcf Other healthcare facility
        06 home Home
        07 aadvice Left against advice
        09 oth Other
        20 exp Expired
        21 oth Other
        30
        40 exp Expired
        41 exp Expired
        42 exp Expired
        43 other-hcf Other healthcare facility
        50 hosp Hospice
        51 hosp Hospice
        61 snf Skilled nursing facility
        62 rehab Rehabilitation
        63 long Long-term care
        64 snf Skilled nursing facility
        65 psy Psychiatric hospital
        66 other-hcf Other healthcare facility
        69 oth Other
        70 oth Other
        HOME home Home
        SNF snf Skilled nursing facility
        AMA aadvice Left against advice
        """);

    public static readonly CodeTable Relationship = new("0063", false, RoleCode, """
        ASC
        BRO BRO brother
        CGV
        CHD CHILD child
        DEP
        DOM
        EMC http://terminology.hl7.org/CodeSystem/v2-0131#C Emergency Contact
        EME
        EMR
        EXF
        FCH
        FND
        FTH FTH father
        GCH GRNDCHILD grandchild
        GRD
        GRP GRPRN grandparent
        MGR
        MTH MTH mother
        NCH
        NON
        OAD
        OTH
        OWN
        PAR PRN parent
        SCH
        SEL ONESELF self
        SIB SIB sibling
        SIS SIS sister
        SPO SPS spouse
        TRA
        UNK
        WRD
        """);

    public static readonly CodeTable SubscriberRelationship = new("0063", false, Terminology + "subscriber-relationship", """
        SEL self Self
        SPO spouse Spouse
        CHD child Child
        PAR parent Parent
        DOM common Common Law Spouse
        OTH other Other
        """);

    public static readonly CodeTable DiagnosisType = new("0052", false, Terminology + "diagnosis-role", """
        A AD Admission diagnosis
        F DD Discharge diagnosis
        W
        """);

    public static readonly CodeTable PlanType = new("0086", true, "", "");

    public static readonly CodeTable Ethnicity = new("0189", false, Cdcrec, """
        H 2135-2 Hispanic or Latino
        N 2186-5 Not Hispanic or Latino
        U http://terminology.hl7.org/CodeSystem/v3-NullFlavor#UNK unknown
        """);

    /// <summary>The race categories of OMB in CDCREC.</summary>
    public static readonly CodeTable Race = new("0005", true, Cdcrec, """
        1002-5 1002-5 American Indian or Alaska Native
        2028-9 2028-9 Asian
        2054-5 2054-5 Black or African American
        2076-8 2076-8 Native Hawaiian or Other Pacific Islander
        2106-3 2106-3 White
        """);

    /// <summary>Identifier types that v2-0203 defines and ADT feeds send.</summary>
    public static readonly CodeTable IdentifierType = new("0203", false, "", """
        AM
        AN
        ANON
        BC
        CZ
        DL
        DN
        DR
        EI
        EN
        FI
        HC
        JHN
        LN
        LR
        MA
        MB
        MC
        MCD
        MCR
        MD
        MI
        MR
        MRT
        NE
        NH
        NI
        NII
        NPI
        PC
        PI
        PN
        PPN
        PRN
        PT
        RI
        RR
        SL
        SN
        SR
        SS
        TAX
        U
        UPIN
        VN
        VS
        WC
        XX
        """);

    public static string? Gender(ReadOnlySpan<char> code) => code switch
    {
        "F" or "f" => "female",
        "M" or "m" => "male",
        "A" or "O" or "N" => "other",
        "U" => "unknown",
        _ => null,
    };

    public static string? NameUse(ReadOnlySpan<char> type) => type switch
    {
        "L" or "R" => "official",
        "D" => "usual",
        "M" => "maiden",
        "N" => "nickname",
        "MSK" or "S" => "anonymous",
        "BAD" => "old",
        "TEMP" or "NAV" => "temp",
        _ => null,
    };

    public static string? AddressUse(ReadOnlySpan<char> type) => type switch
    {
        "H" => "home",
        "B" or "O" => "work",
        "C" => "temp",
        "BI" => "billing",
        "BA" => "old",
        _ => null,
    };

    public static string? TelecomUse(ReadOnlySpan<char> use, ReadOnlySpan<char> equipment) =>
        equipment is "CP" ? "mobile" : use switch
        {
            "PRN" => "home",
            "WPN" => "work",
            "PRS" => "mobile",
            _ => null,
        };

    public static string TelecomSystem(ReadOnlySpan<char> equipment) => equipment switch
    {
        "FX" => "fax",
        "BP" => "pager",
        "Internet" or "INTERNET" or "X.400" => "email",
        "MD" or "SAT" or "TDD" or "TTY" => "other",
        _ => "phone",
    };

    /// <summary>AL1-2.</summary>
    public static (string? Type, string? Category) Allergy(ReadOnlySpan<char> code) => code switch
    {
        "DA" => ("allergy", "medication"),
        "FA" => ("allergy", "food"),
        "EA" or "LA" or "AA" or "PA" => ("allergy", "environment"),
        "MA" => ("allergy", null),
        _ => (null, null),
    };
}
