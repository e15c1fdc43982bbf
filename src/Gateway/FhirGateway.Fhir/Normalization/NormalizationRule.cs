namespace FhirGateway.Fhir.Normalization;

/// <summary>One thing that normalization does: what a change can be explained by.</summary>
/// <param name="Id">Stable name, for counting and for documents.</param>
/// <param name="Summary">What is changed, into what, and on what ground.</param>
public sealed record NormalizationRule(string Id, string Summary)
{
    /// <summary>All rules, in the order of the document that explains them.</summary>
    public static IReadOnlyList<NormalizationRule> All =>
    [
        CanonicalSystem, Race, Ethnicity, BirthSex, RaceSystem, RaceCategory, RaceText, IdentifierSystem, IdentifierType, MemberSystem,
        ClaimType, ClaimSubtype, AbsentName, AbsentValue, DeclaredProfile,
    ];

    public static NormalizationRule CanonicalSystem { get; } =
        new("canonical-system", "A system under an OID, an older URI, or with https or a slash too many becomes its canonical URI.");

    public static NormalizationRule Race { get; } = new("race", "A race in a legacy shape becomes the extension us-core-race.");

    public static NormalizationRule Ethnicity { get; } = new("ethnicity", "An ethnicity in a legacy shape becomes the extension us-core-ethnicity.");

    public static NormalizationRule BirthSex { get; } = new("birth-sex", "A sex at birth in a legacy shape becomes the extension us-core-birthsex.");

    public static NormalizationRule RaceSystem { get; } =
        new("race-system", "A race or ethnicity code of v3 Race or Ethnicity gets the system that US Core binds, CDC Race and Ethnicity; its codes are the same.");

    public static NormalizationRule RaceCategory { get; } =
        new("race-category", "A code is moved between ombCategory and detailed where it stands in the wrong one.");

    public static NormalizationRule RaceText { get; } =
        new("race-text", "The required text is made of the displays that were sent, else of the display that the code system gives the code.");

    public static NormalizationRule IdentifierSystem { get; } =
        new("identifier-system", "An identifier without a system gets the one that its type and the form of its value name: NPI, MBI, EIN.");

    public static NormalizationRule IdentifierType { get; } =
        new("identifier-type", "An identifier without a type gets the one that its system means: NPI, MC, TAX, NAIC code.");

    public static NormalizationRule MemberSystem { get; } =
        new("member-system", "A member number without a system gets the one that the source's settings name.");

    public static NormalizationRule ClaimType { get; } =
        new("claim-type", "The claim type of a CMS feed gets the coding of the HL7 claim type that it means beside it.");

    public static NormalizationRule ClaimSubtype { get; } =
        new("claim-subtype", "The claim type of a CMS feed gives the CARIN subtype inpatient or outpatient where none was sent.");

    public static NormalizationRule AbsentName { get; } =
        new("absent-name", "A Patient without family and given name says so by data-absent-reason, as the profile asks.");

    public static NormalizationRule AbsentValue { get; } =
        new("absent-value", "An Observation or component without a value says so by dataAbsentReason, as the profile asks.");

    public static NormalizationRule DeclaredProfile { get; } =
        new("declared-profile", "The profile to which the resource conforms is named in meta.profile.");

    public override string ToString() => Id;
}
