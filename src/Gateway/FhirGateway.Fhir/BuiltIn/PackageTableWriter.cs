using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Writes the structures of a package as a table. Same package, same text.</summary>
internal static class PackageTableWriter
{
    /// <param name="package">What to write.</param>
    /// <param name="kept">Which of its structures, in the order of the table.</param>
    /// <param name="notes">Lines for a reader, without the leading <c>#</c>.</param>
    /// <param name="needed">The tables that it may refer to, in the order in which a name is looked for.</param>
    /// <exception cref="FormatException">A structure has something that the table cannot say.</exception>
    public static string Write(FhirPackage package, IEnumerable<FhirStructure> kept, IEnumerable<string> notes, IReadOnlyList<PackageTable> needed)
    {
        var structures = kept.ToList();
        var own = structures.ToDictionary(s => s.Url, StringComparer.Ordinal);
        var labels = new InvariantLabels(needed);
        var rows = new StructureRows(Find, labels.Label);
        var body = new StringBuilder();
        foreach (var structure in structures)
            rows.Write(structure, body);
        return Head(package, notes, needed, labels) + body;

        FhirStructure? Find(string url) =>
            own.GetValueOrDefault(url) ?? needed.Select(n => n.FindStructure(url)).FirstOrDefault(s => s is not null);
    }

    private static string Head(FhirPackage package, IEnumerable<string> notes, IReadOnlyList<PackageTable> needed, InvariantLabels labels)
    {
        var head = new StringBuilder();
        foreach (var note in notes)
            head.Append("# ").Append(note).Append('\n');
        Append(head, PackageTable.Package, package.Id, package.Version);
        foreach (var dependency in package.Dependencies)
        {
            var isThere = needed.Any(n => n.Id == dependency.Id && PackageVersionComparer.Matches(n.Version, dependency.Version));
            Append(head, isThere ? PackageTable.Needs : PackageTable.Lacks, dependency.Id, dependency.Version);
        }
        foreach (var (label, invariant) in labels.Own)
            Append(head, PackageTable.Invariant, label, invariant.Key, invariant.IsError ? "error" : "warning", invariant.Expression ?? "", invariant.Human);
        return head.ToString();
    }

    private static void Append(StringBuilder head, params string[] cells) =>
        head.AppendJoin('\t', cells.Select(CellText.Escape)).Append('\n');
}
