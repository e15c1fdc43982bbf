using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// The packages that need no network: FHIR R4 (types, extensions, profiles), US Core 3.1.1 and 6.1.0, CARIN Blue Button 2.0.0,
/// Da Vinci PDex 2.0.0 and ATR. Opened at the first use; a definition is read when it is first asked for. Safe for parallel use.
/// </summary>
public static class BuiltInPackages
{
    private static readonly Lazy<Dictionary<string, PackageTable>> Tables = new(Open);
    private static readonly Lazy<PackageSet> Set = new(() => new(
        BuiltInPackage.All.Select(p => Tables.Value[p.Name].ToPackage(() => ReadText(p.CodesFile)))));

    /// <summary>All of them.</summary>
    public static PackageSet All => Set.Value;

    /// <summary>FHIR R4 itself: the base of all others.</summary>
    public static FhirPackage R4 => All.Find("hl7.fhir.r4.core")!;

    /// <summary>The datatypes and resources of R4, abstract ones among them.</summary>
    internal static IEnumerable<FhirStructure> R4Types => Tables.Value[BuiltInPackage.R4].Types;

    /// <summary>The text of a table.</summary>
    /// <param name="file">As <see cref="BuiltInTables.Make"/> names it.</param>
    public static string ReadText(string file) => Encoding.UTF8.GetString(ReadEmbedded(file));

    private static Dictionary<string, PackageTable> Open()
    {
        var tables = new Dictionary<string, PackageTable>(StringComparer.Ordinal);
        foreach (var package in BuiltInPackage.All)
            tables.Add(package.Name, new(ReadEmbedded(package.StructuresFile), [.. package.Needed.Select(n => tables[n])]));
        return tables;
    }

    private static byte[] ReadEmbedded(string file)
    {
        using var stream = typeof(BuiltInPackages).Assembly.GetManifestResourceStream("BuiltIn/" + file)
            ?? throw new InvalidOperationException($"{file} is not built in");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
