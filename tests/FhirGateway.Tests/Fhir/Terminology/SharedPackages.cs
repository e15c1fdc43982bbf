using System.Collections.Concurrent;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Terminology;

/// <summary>The public packages beside the repository, each read once.</summary>
internal static class SharedPackages
{
    public const string R4 = "hl7.fhir.r4.core-4.0.1";
    public const string Expansions = "hl7.fhir.r4.expansions";
    public const string UsCore3 = "us_core_311";
    public const string UsCore6 = "us_core_610";
    public const string UsCore7 = "us_core_700";
    public const string Carin2 = "carin4bb-200";
    public const string Pdex2 = "davinci-pdex-2.0.0";
    private static readonly ConcurrentDictionary<string, Lazy<FhirPackage>> Known = new(StringComparer.Ordinal);

    public static FhirPackage Read(string name) => Known.GetOrAdd(name, n => new(() => PackageReader.ReadFile(SharedSamples.Path($"fhir/packages/{n}.tgz")))).Value;

    public static PackageSet Set(params string[] names) => new(names.Select(Read));
}
