using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>The elements that a profile may constrain: those of its base, and through their types all below.</summary>
internal sealed class BaseElements
{
    private readonly DefinitionLookup definitions;
    private readonly Dictionary<string, int> byPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> parents = new(StringComparer.Ordinal);
    private readonly FhirStructure structure;

    public BaseElements(FhirStructure structure, DefinitionLookup definitions)
    {
        this.structure = structure;
        this.definitions = definitions;
        for (var i = 0; i < structure.Snapshot.Length; i++)
        {
            var path = structure.Snapshot[i].Path;
            byPath.TryAdd(path, i);
            if (path.LastIndexOf('.') is > 0 and var dot)
                parents.Add(path[..dot]);
        }
    }

    public FhirStructure Structure => structure;

    /// <summary>Position in the base, or -1 for an element that only a type of the base has.</summary>
    public int IndexOf(string path) => byPath.GetValueOrDefault(path, -1);

    /// <summary>The element of the base that stands for the path, that of a slice excluded.</summary>
    public ElementDefinition? Find(string path) => byPath.TryGetValue(path, out var index) ? structure.Snapshot[index] : null;

    /// <summary>Whether the base has the element; null if that cannot be said, as its type is open or not known.</summary>
    /// <param name="path">E.g. <c>Patient.name.family</c>.</param>
    /// <param name="narrowed">The type that the profile leaves of an element, by path.</param>
    public bool? Has(string path, IReadOnlyDictionary<string, string> narrowed)
    {
        for (var depth = 0; depth < 16; depth++)
        {
            if (byPath.ContainsKey(path))
                return true;
            var parent = path;
            ElementDefinition? element = null;
            while (element is null)
            {
                var dot = parent.LastIndexOf('.');
                if (dot < 0)
                    return false;
                parent = parent[..dot];
                if (HasShortChoice(path, parent))
                    return null;
                element = Find(parent);
            }
            if (parents.Contains(parent))
                return false;
            var rest = path[(parent.Length + 1)..];
            if (element.ContentReference is { } target)
            {
                path = target + "." + rest;
                continue;
            }
            var type = narrowed.GetValueOrDefault(parent) ?? (element.Types.Length == 1 ? element.Types[0].Code : null);
            return type is null or "Resource" or "DomainResource" ? null : HasInType(type, rest);
        }
        return null;
    }

    /// <summary>valueQuantity for value[x], which differentials may write.</summary>
    private bool HasShortChoice(string path, string parent)
    {
        var end = path.IndexOf('.', parent.Length + 1);
        var step = end < 0 ? path[(parent.Length + 1)..] : path[(parent.Length + 1)..end];
        for (var i = 1; i < step.Length; i++)
            if (char.IsAsciiLetterUpper(step[i]) && byPath.ContainsKey($"{parent}.{step[..i]}[x]"))
                return true;
        return false;
    }

    private bool? HasInType(string type, string rest)
    {
        if (definitions.FindStructure("http://hl7.org/fhir/StructureDefinition/" + type) is not { Snapshot.IsEmpty: false } found)
            return null;
        return new BaseElements(found, definitions).Has(found.Type + "." + rest, new Dictionary<string, string>());
    }

    /// <summary>Whether values of a type have an element of this name, a choice without its type included.</summary>
    public static bool TypeHas(string type, string name)
    {
        if (StructureTable.R4.HasProperty(type, System.Text.Encoding.UTF8.GetBytes(name), out _))
            return true;
        foreach (var choice in (ReadOnlySpan<string>)["CodeableConcept", "String", "Boolean", "Quantity", "DateTime", "Reference", "Integer", "Period", "Date", "Uri", "Code", "Canonical", "Range", "Coding", "Decimal", "Age"])
            if (StructureTable.R4.HasProperty(type, System.Text.Encoding.UTF8.GetBytes(name.Replace("[x]", "", StringComparison.Ordinal) + choice), out _))
                return true;
        return false;
    }
}
