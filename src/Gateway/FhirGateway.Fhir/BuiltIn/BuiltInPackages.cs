using System.Text;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// The packages that need no network: FHIR R4 (types, extensions, profiles), US Core 3.1.1 and 6.1.0, CARIN Blue Button 2.0.0,
/// Da Vinci PDex 2.0.0 and ATR. Opened at the first use; a definition is read when it is first asked for. Safe for parallel use.
/// </summary>
public static class BuiltInPackages
{
    private static readonly Lazy<PackageSet> Set = new(Load);

    /// <summary>All of them.</summary>
    public static PackageSet All => Set.Value;

    /// <summary>FHIR R4 itself: the base of all others.</summary>
    public static FhirPackage R4 => All.Find("hl7.fhir.r4.core")!;

    /// <summary>The text of a table.</summary>
    /// <param name="file">As <see cref="BuiltInTables.Make"/> names it.</param>
    public static string ReadText(string file) => Encoding.UTF8.GetString(ReadEmbedded(file));

    private static PackageSet Load()
    {
        var tables = new Dictionary<string, PackageTable>(StringComparer.Ordinal);
        var packages = new List<FhirPackage>();
        foreach (var package in BuiltInPackage.All)
        {
            var table = new PackageTable(ReadEmbedded(package.StructuresFile), [.. package.Needed.Select(n => tables[n])]);
            tables.Add(package.Name, table);
            packages.Add(table.ToPackage());
        }
        return new(packages);
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
