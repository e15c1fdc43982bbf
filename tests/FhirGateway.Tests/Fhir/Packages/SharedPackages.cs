using System.Collections.Concurrent;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>The published packages beside the repository, each read once; a test that needs one is skipped where it is absent.</summary>
internal static class SharedPackages
{
    private static readonly ConcurrentDictionary<string, FhirPackage> Read = [];

    public static readonly string[] All =
    [
        "carin4bb-110.tgz", "carin4bb-200.tgz", "davinci-pdex-2.0.0.tgz", "hl7.fhir.r4.core-4.0.1.tgz", "hl7.fhir.r4.expansions.tgz",
        "hl7.fhir.us.davinci-alerts-1.1.0-HEAD.rebuilt.tgz", "hl7.fhir.us.davinci-atr-HEAD-b685e08.rebuilt.tgz",
        "us_core_311.tgz", "us_core_501.tgz", "us_core_610.tgz", "us_core_700.tgz", "us_core_800.tgz",
    ];

    public static FhirPackage R4 => Load("hl7.fhir.r4.core-4.0.1.tgz");

    public static FhirPackage Load(string file) => Read.GetOrAdd(file, f => PackageReader.ReadFile(SharedSamples.Path("fhir/packages/" + f), withExamples: true));
}
