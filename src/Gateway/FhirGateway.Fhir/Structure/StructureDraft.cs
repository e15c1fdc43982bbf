using System.Globalization;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>The rows of one type while the table is read.</summary>
internal sealed class StructureDraft
{
    private readonly List<(string Name, int Min, bool IsArray, string[] Types)> elements = [];

    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required string Parent { get; init; }

    /// <summary>Takes a row; an element that others are nested in becomes a type named by its path.</summary>
    public static void AddRow(Dictionary<string, StructureDraft> drafts, string[] row)
    {
        if (row.Length == 3)
        {
            drafts.Add(row[0], new StructureDraft { Name = row[0], Kind = row[1], Parent = row[2] });
            return;
        }
        var dot = row[0].LastIndexOf('.');
        var owner = row[0][..dot];
        drafts[owner].elements.Add((row[0][(dot + 1)..], int.Parse(row[1], CultureInfo.InvariantCulture), row[2] != "1", row[3].Split(' ')));
        if (row[3] is "BackboneElement" or "Element")
            drafts.Add(row[0], new StructureDraft { Name = row[0], Kind = "nested", Parent = row[3] });
    }

    public void Fill(StructureType type, Dictionary<string, StructureDraft> drafts, Dictionary<string, StructureType> types)
    {
        var all = new List<(string Path, string Name, int Min, bool IsArray, string[] Types)>();
        for (var draft = this; draft is not null; draft = drafts.GetValueOrDefault(draft.Parent))
            all.InsertRange(0, draft.elements.Select(e => (draft.Name + "." + e.Name, e.Name, e.Min, e.IsArray, e.Types)));
        type.Parent = types.GetValueOrDefault(Parent);
        var properties = new List<StructureProperty>();
        var required = new List<(int, string)>();
        for (var i = 0; i < all.Count; i++)
        {
            var (path, name, min, isArray, codes) = all[i];
            if (min > 0)
                required.Add((i, name.Replace("[x]", "", StringComparison.Ordinal)));
            foreach (var code in codes)
                properties.Add(Property(i, path, name, isArray, code, types));
        }
        type.SetProperties(properties, all.Count, [.. required]);
    }

    private static StructureProperty Property(
        int element, string path, string name, bool isArray, string code, Dictionary<string, StructureType> types)
    {
        var isChoice = name.EndsWith("[x]", StringComparison.Ordinal);
        var stem = isChoice ? name[..^3] : name;
        var json = Encoding.UTF8.GetBytes(isChoice ? stem + char.ToUpperInvariant(code[0]) + code[1..] : name);
        var primitive = code is "Element" || !Enum.TryParse<PrimitiveKind>(code, ignoreCase: true, out var kind) ? PrimitiveKind.None : kind;
        var typeName = code.StartsWith('@') ? code[1..] : code is "BackboneElement" or "Element" ? path : code;
        return new StructureProperty
        {
            Name = json,
            Hash = JsonText.Hash(json),
            Element = element,
            IsArray = isArray,
            Primitive = primitive,
            Type = primitive == PrimitiveKind.None && code != "Resource" ? types[typeName] : null,
            IsResource = code == "Resource",
            Step = isChoice ? $"{stem}.ofType({code})" : name,
        };
    }
}
