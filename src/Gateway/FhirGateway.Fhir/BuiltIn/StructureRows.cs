using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// A structure as rows: <c>structure</c>, <c>context</c> and <c>contextInvariant</c>, then its elements. Elements that are as
/// in the structure it is derived from have no row; a row with an id alone says that they are there up to this one, because
/// an element of another id follows.
/// </summary>
/// <param name="find">The structure of a canonical, or null.</param>
/// <param name="label">How the table calls an invariant.</param>
internal sealed class StructureRows(Func<string, FhirStructure?> find, Func<ElementConstraint, string> label)
{
    public const string Structure = "structure", Context = "context", ContextInvariant = "contextInvariant";
    public const string Abstract = "abstract", Profile = "profile";

    /// <summary>Not even its base has the elements in the same order, or the base is in no table: every element is said.</summary>
    public const string NoOrigin = "-";
    private const string Types = "http://hl7.org/fhir/StructureDefinition/";

    /// <exception cref="FormatException">The structure has something that the table cannot say.</exception>
    public void Write(FhirStructure structure, StringBuilder table)
    {
        if (structure.Snapshot.IsEmpty || structure.Snapshot[0].Path != structure.Type)
            throw new FormatException($"{structure.Url}: no snapshot whose root is its type");
        var elements = ElementFallback.Elements(structure);
        var origin = Origin(structure, elements);
        var inherited = origin is null ? [] : ElementFallback.Elements(origin);
        var ids = elements.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var without = inherited.Where(e => !ids.Contains(e.Id)).Select(e => e.Id).ToList();
        WriteHead(structure, origin, without, table);
        WriteElements(elements, new ElementFallback([.. inherited.Where(e => ids.Contains(e.Id))], find), table);
    }

    private static void WriteHead(FhirStructure structure, FhirStructure? origin, List<string> without, StringBuilder table)
    {
        string[] head =
        [
            Structure, structure.Url, structure.Version ?? "", structure.Name, structure.Type, structure.Kind.ToString(),
            (structure.IsConstraint ? Profile : "") + (structure.IsConstraint && structure.IsAbstract ? " " : "") + (structure.IsAbstract ? Abstract : ""),
            structure.BaseDefinition ?? "", origin is null ? NoOrigin : origin.Url == structure.BaseDefinition ? "" : origin.Url, string.Join(' ', without),
        ];
        table.AppendJoin('\t', head.Select(CellText.Escape)).Append('\n');
        foreach (var context in structure.Contexts)
            table.Append(Context).Append('\t').Append(CellText.Escape(context.Type)).Append('\t').Append(CellText.Escape(context.Expression)).Append('\n');
        foreach (var invariant in structure.ContextInvariants)
            table.Append(ContextInvariant).Append('\t').Append(CellText.Escape(invariant)).Append('\n');
    }

    private void WriteElements(List<TableElement> elements, ElementFallback fallback, StringBuilder table)
    {
        string? silent = null;
        foreach (var (id, element) in elements)
        {
            var row = ElementRow.Write(id, element, fallback.Find(id), label);
            if (!fallback.IsInherited(id))
            {
                if (silent is not null)
                    table.Append(silent).Append('\n');
                row ??= id;
            }
            silent = row is null ? id : null;
            if (row is not null)
                table.Append(row).Append('\n');
            fallback.Add(id, element);
        }
    }

    /// <summary>The base, else the type, else nothing: the first whose elements come in the same order.</summary>
    private FhirStructure? Origin(FhirStructure structure, List<TableElement> elements)
    {
        foreach (var url in new[] { structure.BaseDefinition, structure.IsConstraint ? Types + structure.Type : null })
            if (url is not null && find(url) is { Snapshot.IsEmpty: false } origin && origin.Url != structure.Url && IsInOrder(elements, origin))
                return origin;
        return null;
    }

    private static bool IsInOrder(List<TableElement> elements, FhirStructure origin)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in ElementFallback.Elements(origin))
            if (!positions.TryAdd(element.Id, positions.Count))
                return false;
        var last = -1;
        foreach (var element in elements)
            if (positions.TryGetValue(element.Id, out var position))
            {
                if (position <= last)
                    return false;
                last = position;
            }
        return true;
    }
}
