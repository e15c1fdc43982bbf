using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// What US Core 6.1.0 leaves to packages that are not built in (us.nlm.vsac, hl7.terminology.r4) and US Core 3.1.1 still
/// enumerates: race, ethnicity, birth sex, states. The versions say where the facts are from; the real packages come before them.
/// Vaccines (CVX) are left out: that list has grown since.
/// </summary>
internal static class UsCoreBackFill
{
    private const string Version = "0.0.0-us-core-3.1.1";
    private const string Mark = " (as in US Core 3.1.1)";
    private const string Vsac = "http://cts.nlm.nih.gov/fhir/ValueSet/";
    private const string UsCore = "http://hl7.org/fhir/us/core/ValueSet/";
    private const string RaceAndEthnicity = "urn:oid:2.16.840.1.113883.6.238";
    private const string States = "https://www.usps.com/";
    private const string Gender = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender";
    private const string NullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";

    /// <param name="usCore">US Core 3.1.1.</param>
    /// <exception cref="FormatException">It does not hold what is to be filled in.</exception>
    public static FhirPackage ForVsac(FhirPackage usCore)
    {
        FhirValueSet[] sets =
        [
            Set("2.16.840.1.114222.4.11.836", "OMB race categories", Part(usCore, "omb-race-category", RaceAndEthnicity), []),
            Set("2.16.840.1.113883.3.2074.1.1.3", "OMB race categories", Part(usCore, "omb-race-category", RaceAndEthnicity), []),
            Set("2.16.840.1.113883.1.11.14914", "Race", Part(usCore, "detailed-race", RaceAndEthnicity), []),
            Set("2.16.840.1.114222.4.11.837", "OMB ethnicity categories", Part(usCore, "omb-ethnicity-category", RaceAndEthnicity), []),
            Set("2.16.840.1.114222.4.11.877", "Detailed ethnicity", Part(usCore, "detailed-ethnicity", RaceAndEthnicity), Find(usCore, "detailed-ethnicity").Excludes),
            Set("2.16.840.1.113762.1.4.1", "Administrative sex", Part(usCore, "birthsex", Gender), []),
            Set("2.16.840.1.113762.1.4.1021.102", "Asked but unknown, or unknown", Part(usCore, "omb-race-category", NullFlavor), []),
            Set("2.16.840.1.113762.1.4.1021.103", "Unknown", Part(usCore, "birthsex", NullFlavor), []),
        ];
        return Package("us.nlm.vsac", usCore, sets, []);
    }

    /// <inheritdoc cref="ForVsac"/>
    public static FhirPackage ForTerminology(FhirPackage usCore)
    {
        var states = Part(usCore, "us-core-usps-state", States).SelectMany(i => i.Concepts).Select(c => new CodeSystemConcept(c.Code, c.Display, -1));
        var system = new FhirCodeSystem { Url = States, Name = "States" + Mark, Content = "complete", IsCaseSensitive = true, Concepts = [.. states] };
        return Package("hl7.terminology.r4", usCore, [], [system]);
    }

    private static FhirPackage Package(string id, FhirPackage usCore, IEnumerable<FhirValueSet> sets, IEnumerable<FhirCodeSystem> systems) => new(
        id, Version, [new(usCore.Id, usCore.Version), .. usCore.Dependencies],
        ImmutableDictionary<string, Lazy<FhirStructure>>.Empty,
        sets.ToDictionary(s => s.Url, s => new Lazy<FhirValueSet>(s), StringComparer.Ordinal),
        systems.ToDictionary(s => s.Url, s => new Lazy<FhirCodeSystem>(s), StringComparer.Ordinal));

    private static FhirValueSet Set(string oid, string name, ImmutableArray<ValueSetInclude> includes, ImmutableArray<ValueSetInclude> excludes) =>
        new() { Url = Vsac + oid, Name = name + Mark, Includes = includes, Excludes = excludes };

    private static ImmutableArray<ValueSetInclude> Part(FhirPackage usCore, string name, string system)
    {
        var parts = Find(usCore, name).Includes.Where(i => i.System == system).ToImmutableArray();
        return parts.IsEmpty ? throw new FormatException($"{usCore}: {name} has no codes of {system}") : parts;
    }

    private static FhirValueSet Find(FhirPackage usCore, string name) =>
        usCore.FindValueSet(UsCore + name) ?? throw new FormatException($"{usCore} has no value set {name}");
}
