using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Payers;

/// <summary>A few everyday codes, and those by which the payers' sensitive resources can be told.</summary>
internal static class ClaimCodes
{
    private static readonly (string Code, string Name)[] Diagnoses =
    [
        ("E11.9", "Type 2 diabetes mellitus without complications"),
        ("I10", "Essential (primary) hypertension"),
        ("J45.909", "Unspecified asthma, uncomplicated"),
        ("M54.50", "Low back pain, unspecified"),
        ("E78.5", "Hyperlipidemia, unspecified"),
        ("J06.9", "Acute upper respiratory infection, unspecified"),
    ];

    private static readonly string[] OfficeVisits = ["99202", "99203", "99212", "99213", "99214"];

    /// <summary>Named by the tables of 42 CFR Part 2 codes.</summary>
    internal static readonly (string Code, string Name) SensitiveDiagnosis = ("F10.20", "Alcohol dependence, uncomplicated");

    internal static (string Code, string Name) Diagnosis(ref SeededRandom random) => Diagnoses[random.Next(Diagnoses.Length)];

    internal static string Office(ref SeededRandom random) => OfficeVisits[random.Next(OfficeVisits.Length)];
}
