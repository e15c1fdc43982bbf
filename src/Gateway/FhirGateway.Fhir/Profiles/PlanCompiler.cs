using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>
/// Makes plans out of the nodes of definitions. Several definitions that apply to one element become one plan, so that a
/// value is read once for all of them. Not thread-safe: <see cref="ValidationPlans"/> locks.
/// </summary>
internal sealed class PlanCompiler
{
    private readonly ProfileTable profiles;
    private readonly ConstraintCompiler constraints;
    private readonly SlicerCompiler slicers;
    private readonly StructureTable table;
    private readonly Dictionary<string, ValuePlan> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectPlan> objects = new(StringComparer.Ordinal);

    public PlanCompiler(ProfileTable profiles, ConstraintCompiler constraints, StructureTable table)
    {
        this.profiles = profiles;
        this.constraints = constraints;
        this.table = table;
        slicers = new SlicerCompiler(this, profiles, constraints);
    }

    /// <summary>The plan of a value under all of the sources, the most specific first; what the type itself says is added.</summary>
    /// <param name="sources">Nodes that apply.</param>
    /// <param name="code">Type of the value.</param>
    /// <param name="type">Its properties, if the table knows it.</param>
    /// <param name="path">Path of the element in its resource or datatype.</param>
    public ValuePlan Value(IReadOnlyList<ElementNode> sources, string code, StructureType? type, string path)
    {
        var all = WithType(sources, code);
        var key = code + "|" + path + "|" + Key(all);
        if (values.TryGetValue(key, out var known))
            return known;
        PrimitiveFormat.TryFindKind(code, out var primitive);
        var isResource = table.IsResourceType(Encoding.UTF8.GetBytes(code)) || code is "Resource" or "DomainResource";
        var plan = new ValuePlan
        {
            TypeName = code,
            Primitive = primitive,
            IsExtension = code == "Extension",
            IsReference = code == "Reference",
            IsCoding = code == "Coding",
            IsResource = isResource && path.Contains('.', StringComparison.Ordinal),
            Type = primitive == PrimitiveKind.None ? type : null,
            Path = path,
        };
        values.Add(key, plan);
        if (plan.IsResource)
            FillResource(plan, sources, code);
        else
            plan.Object = Object(all, code, type, primitive != PrimitiveKind.None, path);
        constraints.Fill(plan, all);
        plan.Alternatives = Alternatives(sources, code, type, path);
        return plan;
    }

    /// <summary>The sources, the profiles that they name for the type, and the type itself.</summary>
    public List<ElementNode> WithType(IReadOnlyList<ElementNode> sources, string code)
    {
        var all = new List<ElementNode>(sources);
        foreach (var source in sources)
            foreach (var type in source.Definition.Types)
                if (type.Code == code && type.Profiles.Length == 1 && profiles.Find(type.Profiles[0], source) is { } profile && !all.Contains(profile.Root)
                    && profile.Type == code && !IsResource(code))
                    all.Add(profile.Root);
        if (profiles.TypeRoot(code) is { } root && !all.Contains(root))
            all.Add(root);
        return all;
    }

    public bool IsResource(string code) => code is "Resource" or "DomainResource" || table.IsResourceType(Encoding.UTF8.GetBytes(code));

    public StructureType? TypeOf(string code) => table.FindType(code);

    private void FillResource(ValuePlan plan, IReadOnlyList<ElementNode> sources, string code)
    {
        plan.ResourceTypes = code is "Resource" or "DomainResource" ? [] : [code];
        foreach (var source in sources)
            foreach (var type in source.Definition.Types)
                if (type.Code == code && type.Profiles.Length == 1 && profiles.Find(type.Profiles[0], source) is { } profile)
                    plan.ResourceProfiles = [.. plan.ResourceProfiles, profile];
        if (sources.Count > 0)
            plan.ResourceSource = profiles.SourceOf(sources[0]);
    }

    private AlternativePlan[] Alternatives(IReadOnlyList<ElementNode> sources, string code, StructureType? type, string path)
    {
        var found = new List<AlternativePlan>();
        foreach (var source in sources)
            foreach (var entry in source.Definition.Types.Where(t => t.Code == code && t.Profiles.Length > 1))
            {
                var known = entry.Profiles.Select(p => profiles.Find(p, source)).ToArray();
                // One that is not at hand could be the one that holds.
                if (known.All(k => k is not null) && !IsResource(code))
                    found.Add(new([.. entry.Profiles], [.. known.Select(k => Value([k!.Root], code, type, path))], profiles.SourceOf(source)));
            }
        return [.. found];
    }

    private ObjectPlan Object(List<ElementNode> sources, string code, StructureType? type, bool isSidecar, string path)
    {
        var withChildren = sources.Where(s => s.Children.Count > 0).ToList();
        AddContent(withChildren, sources);
        var key = (isSidecar ? "_" : "") + (type?.Name ?? code) + "|" + Key(withChildren);
        if (objects.TryGetValue(key, out var known))
            return known;
        var plan = new ObjectPlan { Name = type?.Name ?? code, Type = type, IsExtension = code == "Extension" };
        objects.Add(key, plan);
        var elements = new List<ElementPlan>();
        var properties = new List<PropertyPlan>();
        foreach (var name in withChildren.SelectMany(s => s.Children).Select(c => c.Name).Distinct())
            if (!isSidecar || name != "value")
                AddElement(name, withChildren, type, path, elements, properties);
        plan.Fill(elements, properties);
        return plan;
    }

    /// <summary>An element with a content reference has the children of another of the same type (elementdefinition.html#ElementDefinition.contentReference).</summary>
    private void AddContent(List<ElementNode> withChildren, List<ElementNode> sources)
    {
        foreach (var source in sources)
        {
            if (source.Definition.ContentReference is not { } reference || source.Children.Count > 0)
                continue;
            var root = profiles.TypeRoot(reference.Split('.')[0]) ?? profiles.RootOf(source.Structure);
            if (root?.FindPath(reference) is { } content && !withChildren.Contains(content))
                withChildren.Add(content);
        }
        if (sources.Any(s => s.Definition.ContentReference is not null) && profiles.TypeRoot("BackboneElement") is { } backbone && !withChildren.Contains(backbone))
            withChildren.Add(backbone);
    }

    private void AddElement(
        string name, List<ElementNode> owners, StructureType? type, string path, List<ElementPlan> elements, List<PropertyPlan> properties)
    {
        var nodes = owners.Select(o => o.FindChild(name)).OfType<ElementNode>().ToList();
        var isChoice = nodes[0].IsChoice;
        var stem = isChoice ? name[..^3] : name;
        // Of those that ask for the same, the type itself is named.
        var tightestMin = nodes.AsEnumerable().Reverse().MaxBy(n => n.Definition.Min ?? 0)!;
        var tightestMax = nodes.AsEnumerable().Reverse().MinBy(n => n.Definition.Max ?? ElementDefinition.Unbounded)!;
        var element = new ElementPlan
        {
            Name = stem,
            Index = elements.Count,
            Min = tightestMin.Definition.Min ?? 0,
            Max = tightestMax.Definition.Max ?? ElementDefinition.Unbounded,
            MinSource = profiles.SourceOf(tightestMin),
            MaxSource = profiles.SourceOf(tightestMax),
            IsArray = (nodes[^1].Definition.Max ?? 1) > 1,
        };
        elements.Add(element);
        var childPath = ChildPath(owners[^1], nodes[^1], path, stem);
        if (isChoice)
            AddChoice(element, nodes, type, childPath, properties);
        else
            AddSingle(element, nodes, type, childPath, properties);
    }

    private void AddSingle(ElementPlan element, List<ElementNode> nodes, StructureType? type, string path, List<PropertyPlan> properties)
    {
        var json = Encoding.UTF8.GetBytes(element.Name);
        var property = type?.Find(json);
        var code = nodes.Select(n => n.Definition.Types.FirstOrDefault()?.Code).FirstOrDefault(c => c is not null) ?? property?.Type?.Name ?? "BackboneElement";
        var childType = property?.Type ?? table.FindType(code);
        var plan = Value(nodes, code, childType, path);
        AddProperty(json, element, plan, property?.Step ?? element.Name, null, properties);
        element.Slicers = slicers.Compile(nodes, code, childType, path);
    }

    private void AddChoice(ElementPlan element, List<ElementNode> nodes, StructureType? type, string path, List<PropertyPlan> properties)
    {
        var codes = Types(nodes[^1]);
        var allowed = codes;
        ElementNode? narrowest = null;
        foreach (var node in nodes)
        {
            var own = Types(node);
            if (node.Slices.Count > 0 && node.Definition.Slicing is { Rules: SlicingRules.Closed })
                own = [.. own.Intersect(node.Slices.SelectMany(Types))];
            if (own.Count == 0 || allowed.All(own.Contains))
                continue;
            allowed = [.. allowed.Intersect(own)];
            narrowest ??= node;
        }
        var required = new List<(string, byte[], DefinitionSource)>();
        foreach (var code in codes)
        {
            var json = Encoding.UTF8.GetBytes(element.Name + char.ToUpperInvariant(code[0]) + code[1..]);
            var slices = nodes.SelectMany(n => n.Slices).Where(s => Types(s) is [var only] && only == code).ToList();
            foreach (var slice in slices.Where(s => s.Definition.Min > 0))
                required.Add((code, json, profiles.SourceOf(slice)));
            var forbidden = allowed.Contains(code) ? null : profiles.SourceOf(narrowest!);
            var sources = nodes.Where(n => n.Children.Count == 0 || Types(n) is [var single] && single == code || n.Definition.Types.Length == 0);
            var plan = Value([.. slices, .. sources], code, type?.Find(json)?.Type ?? table.FindType(code), path);
            AddProperty(json, element, plan, $"{element.Name}.ofType({code})", forbidden, properties);
        }
        element.RequiredTypes = [.. required];
    }

    private static void AddProperty(
        byte[] json, ElementPlan element, ValuePlan plan, string step, DefinitionSource? forbidden, List<PropertyPlan> properties)
    {
        var main = new PropertyPlan
        {
            JsonName = json,
            Hash = JsonText.Hash(json),
            Element = element,
            Value = plan,
            Step = step,
            Forbidden = forbidden,
        };
        properties.Add(main);
        if (plan.Primitive == PrimitiveKind.None)
            return;
        byte[] sidecarName = [(byte)'_', .. json];
        var sidecar = new PropertyPlan
        {
            JsonName = sidecarName,
            Hash = JsonText.Hash(sidecarName),
            Element = element,
            Value = plan,
            Step = step,
            Forbidden = forbidden,
            IsSidecar = true,
            Twin = main,
        };
        main.Twin = sidecar;
        properties.Add(sidecar);
    }

    private static List<string> Types(ElementNode node) => [.. node.Definition.Types.Select(t => t.Code).Distinct()];

    /// <summary>Elements of a datatype are named from the datatype, e.g. <c>HumanName.family</c>; nested ones from their resource.</summary>
    private static string ChildPath(ElementNode owner, ElementNode child, string path, string stem)
    {
        var definition = child.Definition.Path;
        return definition.Contains('.', StringComparison.Ordinal) && !child.IsChoice && owner.Definition.ContentReference is null
            ? definition
            : definition.Contains('.', StringComparison.Ordinal) ? definition[..(definition.LastIndexOf('.') + 1)] + stem : path + "." + stem;
    }

    private static string Key(IEnumerable<ElementNode> nodes) => string.Join(',', nodes.Select(n => n.Id));
}
