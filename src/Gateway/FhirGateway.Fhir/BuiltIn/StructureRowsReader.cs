using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Reads what <see cref="StructureRows"/> writes. Safe for parallel use.</summary>
/// <param name="find">The structure of a canonical, or null.</param>
/// <param name="rowReader">Reads one element.</param>
internal sealed class StructureRowsReader(Func<string, FhirStructure?> find, ElementRowReader rowReader)
{
    /// <exception cref="FormatException">The rows are not what they should be; the message says where.</exception>
    public FhirStructure Read(string rows)
    {
        var head = rows[..rows.IndexOf('\n')].Split('\t').Select(c => CellText.Unescape(c)).ToArray();
        var contexts = ImmutableArray.CreateBuilder<ExtensionContext>();
        var invariants = ImmutableArray.CreateBuilder<string>();
        var start = rows.IndexOf('\n') + 1;
        for (; start < rows.Length && rows[start] != '.'; start = rows.IndexOf('\n', start) + 1)
        {
            var cells = rows[start..rows.IndexOf('\n', start)].Split('\t').Select(c => CellText.Unescape(c)).ToArray();
            if (cells[0] == StructureRows.Context)
                contexts.Add(new(cells[1], cells[2]));
            else
                invariants.Add(cells[1]);
        }
        return new()
        {
            Url = head[1],
            Version = NullIfEmpty(head[2]),
            Name = head[3],
            Type = head[4],
            Kind = Enum.Parse<StructureKind>(head[5]),
            IsConstraint = head[6].Contains(StructureRows.Profile, StringComparison.Ordinal),
            IsAbstract = head[6].Contains(StructureRows.Abstract, StringComparison.Ordinal),
            BaseDefinition = NullIfEmpty(head[7]),
            Contexts = contexts.ToImmutable(),
            ContextInvariants = invariants.ToImmutable(),
            Snapshot = Elements(rows.AsSpan(start), head[4], Inherited(head)),
        };
    }

    private List<TableElement> Inherited(string[] head)
    {
        if (head[8] == StructureRows.NoOrigin)
            return [];
        var url = head[8].Length == 0 ? head[7] : head[8];
        var origin = find(url) ?? throw new FormatException($"{head[1]}: {url}, which it is derived from, is in no table");
        var elements = ElementFallback.Elements(origin);
        if (head[9].Length > 0)
            elements.RemoveAll(e => head[9].Split(' ').Contains(e.Id));
        return elements;
    }

    private ImmutableArray<ElementDefinition> Elements(ReadOnlySpan<char> rows, string root, List<TableElement> inherited)
    {
        var elements = ImmutableArray.CreateBuilder<ElementDefinition>(inherited.Count + 8);
        var fallback = new ElementFallback(inherited, find);
        var next = 0;
        while (!rows.IsEmpty)
        {
            var end = rows.IndexOf('\n');
            var row = rows[..end];
            rows = rows[(end + 1)..];
            var id = ElementRowReader.FirstCell(row).ToString();
            if (fallback.IsInherited(id))
            {
                while (inherited[next].Id != id)
                    Add(inherited[next++]);
                next++;
            }
            var element = rowReader.Read(id, row, fallback.Find(id), root);
            fallback.Add(id, element);
            elements.Add(element);
        }
        while (next < inherited.Count)
            Add(inherited[next++]);
        return elements.ToImmutable();

        void Add(TableElement origin)
        {
            var element = ElementRowReader.Inherit(origin.Id, origin.Definition, root);
            fallback.Add(origin.Id, element);
            elements.Add(element);
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
