using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Makes the built-in tables from the packages that they state the facts of.</summary>
public static class BuiltInTables
{
    private const string Expansions = "hl7.fhir.r4.expansions.tgz";

    /// <summary>File name and text of every table that is made (<c>uscdi-3.1-removed.tsv</c> is not: it is applied here); same packages, same text.</summary>
    /// <param name="folder">Where the packages (.tgz) are.</param>
    /// <exception cref="PackageException">A package is not there or cannot be read.</exception>
    /// <exception cref="FormatException">A definition has something that a table cannot say.</exception>
    public static IEnumerable<(string FileName, string Text)> Make(string folder)
    {
        var packages = BuiltInPackage.All.ToDictionary(b => b.Name, b => Read(folder, b.Archive), StringComparer.Ordinal);
        var bound = packages.Values.SelectMany(p => Structures(p).SelectMany(BoundValueSets.Of)).ToHashSet(StringComparer.Ordinal);
        var codes = new CodesWriter(bound, Read(folder, Expansions));
        var tables = new Dictionary<string, PackageTable>(StringComparer.Ordinal);
        foreach (var builtIn in BuiltInPackage.All)
        {
            var package = packages[builtIn.Name];
            var needed = builtIn.Needed.Select(n => tables[n]).ToList();
            var text = PackageTableWriter.Write(package, Structures(package), Notes(builtIn, package, "BuiltIn/StructureRows.cs and BuiltIn/ElementRow.cs"), needed);
            tables.Add(builtIn.Name, new(Encoding.UTF8.GetBytes(text), needed));
            yield return (builtIn.StructuresFile, text);
            yield return (builtIn.CodesFile, codes.Write(package, builtIn.Needed.Select(n => packages[n]), Notes(builtIn, package, "Terminology/ValueSetTableWriter.cs")));
        }
    }

    private static FhirPackage Read(string folder, string archive) => PackageReader.ReadFile(Path.Combine(folder, archive));

    /// <summary>Logical models have no instances; without a snapshot there is nothing to say.</summary>
    private static IEnumerable<FhirStructure> Structures(FhirPackage package) =>
        package.StructureUrls.Order(StringComparer.Ordinal)
            .Select(u => package.FindStructure(u) ?? throw new FormatException($"{package}: {u} cannot be read"))
            .Select(UscdiRemovals.Apply)
            .Where(s => s is { Kind: not StructureKind.Logical, Snapshot.IsEmpty: false });

    private static IEnumerable<string> Notes(BuiltInPackage builtIn, FhirPackage package, string rows)
    {
        yield return $"Made by eng/built-in-tables.cs from {builtIn.Archive}. What the rows mean: {rows}.";
        if (package.StructureUrls.Any(UscdiRemovals.Profiles.Contains))
            yield return "Nothing demands what USCDI v3.1 removed: uscdi-3.1-removed.tsv.";
    }
}
