using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// The structures of one package, from the text that <see cref="PackageTableWriter"/> writes. Only the lines that begin a
/// structure are looked at when it is opened; a structure is read when it is first asked for. Safe for parallel use.
/// </summary>
internal sealed class PackageTable
{
    public const string Package = "package", Needs = "needs", Lacks = "lacks", Invariant = "invariant";

    private static readonly byte[] NextStructure = Encoding.UTF8.GetBytes("\n" + StructureRows.Structure + "\t");
    private static readonly byte[] ProfileFlag = Encoding.UTF8.GetBytes("\t" + StructureRows.Profile);
    private readonly byte[] text;
    private readonly IReadOnlyList<PackageTable> needed;
    private readonly Dictionary<string, Lazy<FhirStructure>> structures = new(StringComparer.Ordinal);
    private readonly List<string> types = [];
    private readonly Lazy<Dictionary<string, ElementConstraint>> invariants;
    private readonly StructureRowsReader reader;
    private readonly int headLength;

    /// <param name="text">The table, UTF-8.</param>
    /// <param name="needed">The tables that this one refers to, in the order in which a name is looked for.</param>
    /// <exception cref="FormatException">The table does not begin with its package.</exception>
    public PackageTable(byte[] text, IReadOnlyList<PackageTable> needed)
    {
        this.text = text;
        this.needed = needed;
        invariants = new(ReadInvariants);
        reader = new(FindStructure, new ElementRowReader(FindInvariant));
        var at = text.AsSpan().IndexOf(NextStructure);
        headLength = at < 0 ? text.Length : at + 1;
        var head = HeadRows(Package).FirstOrDefault() ?? throw new FormatException("The table does not say of which package it is");
        (Id, Version) = (head[1], head[2]);
        while (at >= 0)
            at = IndexStructure(at + 1);
    }

    public string Id { get; }
    public string Version { get; }

    /// <summary>Its types: the structures that are no profiles.</summary>
    public IEnumerable<FhirStructure> Types => types.Select(t => structures[t].Value);

    /// <summary>The invariants that this table names, by label.</summary>
    public IReadOnlyDictionary<string, ElementConstraint> Invariants => invariants.Value;

    /// <param name="codes">The text of its value sets and code systems; asked for when one is first looked for.</param>
    public FhirPackage ToPackage(Func<string> codes)
    {
        var tables = new Lazy<(IReadOnlyDictionary<string, Lazy<FhirValueSet>> ValueSets, IReadOnlyDictionary<string, Lazy<FhirCodeSystem>> CodeSystems)>(
            () => ValueSetTableReader.Read(codes()));
        return new(
            Id, Version, [.. HeadRows(Needs).Select(r => new PackageDependency(r[1], r[2]))], structures,
            new DeferredDictionary<Lazy<FhirValueSet>>(() => tables.Value.ValueSets),
            new DeferredDictionary<Lazy<FhirCodeSystem>>(() => tables.Value.CodeSystems));
    }

    /// <summary>A structure of this table or of one that it needs.</summary>
    /// <param name="url">Canonical without a version.</param>
    public FhirStructure? FindStructure(string url) =>
        structures.TryGetValue(url, out var found) ? found.Value : needed.Select(n => n.FindOwnStructure(url)).FirstOrDefault(s => s is not null);

    private FhirStructure? FindOwnStructure(string url) => structures.TryGetValue(url, out var found) ? found.Value : null;

    private ElementConstraint? FindInvariant(string label) =>
        invariants.Value.TryGetValue(label, out var found) ? found
        : needed.Select(n => n.invariants.Value.GetValueOrDefault(label)).FirstOrDefault(i => i is not null);

    /// <summary>Takes note of the structure that begins there; where the line before the next one ends, or -1.</summary>
    private int IndexStructure(int start)
    {
        var rest = text.AsSpan(start);
        var next = rest.IndexOf(NextStructure);
        var length = next < 0 ? rest.Length : next + 1;
        var head = rest[(StructureRows.Structure.Length + 1)..];
        head = head[..head.IndexOf((byte)'\n')];
        var url = Encoding.UTF8.GetString(head[..head.IndexOf((byte)'\t')]);
        structures.Add(url, new(() => reader.Read(Encoding.UTF8.GetString(text.AsSpan(start, length)))));
        if (head.IndexOf(ProfileFlag) < 0)
            types.Add(url);
        return next < 0 ? -1 : start + next;
    }

    private Dictionary<string, ElementConstraint> ReadInvariants() => HeadRows(Invariant).ToDictionary(
        r => r[1],
        r => new ElementConstraint(r[2], r[3] == "error", r[5], r[4].Length == 0 ? null : r[4]),
        StringComparer.Ordinal);

    private IEnumerable<string[]> HeadRows(string kind) =>
        Encoding.UTF8.GetString(text.AsSpan(0, headLength)).Split('\n')
            .Where(l => l.StartsWith(kind + "\t", StringComparison.Ordinal))
            .Select(l => l.Split('\t').Select(c => CellText.Unescape(c)).ToArray());
}
