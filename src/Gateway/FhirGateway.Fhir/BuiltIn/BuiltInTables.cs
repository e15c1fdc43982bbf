using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Makes the built-in tables from the packages that they state the facts of.</summary>
public static class BuiltInTables
{
    /// <summary>File name and text of every table; same packages, same text.</summary>
    /// <param name="folder">Where the packages (.tgz) are.</param>
    /// <exception cref="PackageException">A package is not there or cannot be read.</exception>
    /// <exception cref="FormatException">A definition has something that a table cannot say.</exception>
    public static IEnumerable<(string FileName, string Text)> Make(string folder)
    {
        var tables = new Dictionary<string, PackageTable>(StringComparer.Ordinal);
        foreach (var builtIn in BuiltInPackage.All)
        {
            var package = PackageReader.ReadFile(Path.Combine(folder, builtIn.Archive));
            var needed = builtIn.Needed.Select(n => tables[n]).ToList();
            var text = PackageTableWriter.Write(package, package.StructureUrls.Where(u => IsKept(package.FindStructure(u))), Notes(builtIn), needed);
            tables.Add(builtIn.Name, new(Encoding.UTF8.GetBytes(text), needed));
            yield return (builtIn.StructuresFile, text);
        }
    }

    /// <summary>Logical models have no instances; without a snapshot there is nothing to say.</summary>
    internal static bool IsKept(FhirStructure? structure) => structure is { Kind: not StructureKind.Logical, Snapshot.IsEmpty: false };

    private static IEnumerable<string> Notes(BuiltInPackage package) =>
    [
        $"Made by eng/built-in-tables.cs from {package.Archive}. What the rows mean: StructureRows.cs and ElementRow.cs.",
    ];
}
