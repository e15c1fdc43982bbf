using System.Collections.Immutable;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>A package that is built in.</summary>
/// <param name="Name">Name of its tables, e.g. <c>us-core-6.1.0</c>.</param>
/// <param name="Archive">File name of the package that the tables are made from.</param>
/// <param name="Needed">Names of the packages that its tables refer to, in the order in which a definition is looked for.</param>
internal sealed record BuiltInPackage(string Name, string Archive, ImmutableArray<string> Needed)
{
    public const string R4 = "r4-4.0.1";
    private const string UsCore3 = "us-core-3.1.1";

    /// <summary>All, each after those that it needs.</summary>
    public static ImmutableArray<BuiltInPackage> All { get; } =
    [
        new(R4, "hl7.fhir.r4.core-4.0.1.tgz", []),
        new(UsCore3, "us_core_311.tgz", [R4]),
        new("us-core-6.1.0", "us_core_610.tgz", [R4]),
        new("carin-bb-2.0.0", "carin4bb-200.tgz", [UsCore3, R4]),
        new("davinci-pdex-2.0.0", "davinci-pdex-2.0.0.tgz", [UsCore3, R4]),
        new("davinci-atr-2.1.0", "hl7.fhir.us.davinci-atr-HEAD-b685e08.rebuilt.tgz", [R4]),
    ];

    public string StructuresFile => Name + ".structures.tsv";

    public string CodesFile => Name + ".codes.tsv";
}
