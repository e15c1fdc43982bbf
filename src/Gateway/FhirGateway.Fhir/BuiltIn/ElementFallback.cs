using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>
/// What an element is where its row is silent: the same element of the structure that it is derived from; for a slice, the
/// element that is sliced; inside a slice, the same element outside it; inside a datatype, the element of that datatype.
/// Writer and reader ask the same questions in the same order.
/// </summary>
/// <param name="origin">The elements derived from, in order; empty for none.</param>
/// <param name="find">The structure of a canonical, or null.</param>
internal sealed class ElementFallback(List<TableElement> origin, Func<string, FhirStructure?> find)
{
    private const string Types = "http://hl7.org/fhir/StructureDefinition/";
    private readonly Dictionary<string, ElementDefinition> inherited = ById(origin);
    private readonly Dictionary<string, ElementDefinition> own = new(StringComparer.Ordinal);

    /// <summary>An element that is derived from none: every field is said.</summary>
    public static ElementDefinition Nothing { get; } = new() { Id = "", Path = "" };

    public bool IsInherited(string id) => inherited.ContainsKey(id);

    /// <summary>An element is complete; those after it may fall back to it.</summary>
    public void Add(string id, ElementDefinition element) => own[id] = element;

    public ElementDefinition Find(string id)
    {
        if (inherited.TryGetValue(id, out var same))
            return same;
        var found = Here(ElementId.WithoutLastSlice(id), id) ?? Here(ElementId.WithoutSlices(id), id) ?? OfType(id);
        return found is null ? Nothing : found with { Slicing = null };
    }

    /// <summary>The elements of a structure with the ids of a table.</summary>
    public static List<TableElement> Elements(FhirStructure structure)
    {
        var root = structure.Snapshot[0].Path;
        var elements = new List<TableElement>(structure.Snapshot.Length);
        foreach (var element in structure.Snapshot)
            elements.Add(new(ElementId.Relative(element.Id, root), element));
        return elements;
    }

    private ElementDefinition? Here(string id, string asked) => id == asked ? null : own.GetValueOrDefault(id) ?? inherited.GetValueOrDefault(id);

    private ElementDefinition? OfType(string id)
    {
        if (ElementId.Parent(id) is not { } parentId || own.GetValueOrDefault(parentId) is not { Types: [var type] }
            || find(Types + type.Code) is not { Snapshot: [var root, ..] } structure)
            return null;
        var wanted = root.Path + ElementId.LastStep(id);
        foreach (var element in structure.Snapshot)
            if (element.Id == wanted)
                return element;
        return null;
    }

    private static Dictionary<string, ElementDefinition> ById(List<TableElement> elements)
    {
        var byId = new Dictionary<string, ElementDefinition>(elements.Count, StringComparer.Ordinal);
        foreach (var element in elements)
            byId.Add(element.Id, element.Definition);
        return byId;
    }
}
