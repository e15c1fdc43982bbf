using System.Text;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Follows the path of a discriminator through the definitions of a slice (profiling.html#discriminator).</summary>
internal sealed partial class DiscriminatorPath(PlanCompiler plans, ProfileTable profiles)
{
    /// <summary>Where the path leads, or null if it leads nowhere.</summary>
    public DiscriminatorPlace? Follow(string path, ElementNode slice, IReadOnlyList<ElementNode> sources, string code, StructureType? type)
    {
        var steps = new List<SliceStep>();
        var nodes = plans.WithType(sources, code);
        IReadOnlyList<CompiledProfile> roots = [];
        IReadOnlyList<string> types = [.. slice.Definition.Types.Select(t => t.Code).Distinct()];
        foreach (Match match in StepPattern().Matches(path))
        {
            var step = match.Value.Trim('.');
            if (step is "$this" or "")
                continue;
            if (step == "resolve()")
            {
                steps.Add(new() { Kind = SliceStepKind.Resolve, Names = [] });
                roots = Targets(nodes);
                nodes = [.. roots.Select(r => r.Root)];
                types = [.. roots.Select(r => r.Type).Distinct()];
                continue;
            }
            if (match.Groups["of"] is { Success: true, Value: var wanted })
            {
                steps.Add(new() { Kind = SliceStepKind.OfType, Names = [Encoding.UTF8.GetBytes(wanted)] });
                types = [wanted];
                continue;
            }
            nodes = match.Groups["url"] is { Success: true, Value: var url } ? ExtensionNodes(nodes, url, steps) : ChildNodes(nodes, step, steps);
            if (nodes.Count == 0)
                return null;
            types = [.. (nodes.FirstOrDefault(n => n.Definition.Types.Length > 0)?.Definition.Types ?? []).Select(t => t.Code).Distinct()];
            if (types is [var only])
                nodes = plans.WithType(nodes, only);
        }
        return new([.. steps], nodes, types, roots);
    }

    public static SliceStep Step(ElementNode node) => new()
    {
        Kind = SliceStepKind.Element,
        Names = node.IsChoice
            ? [.. node.Definition.Types.Select(t => Encoding.UTF8.GetBytes(node.Name[..^3] + char.ToUpperInvariant(t.Code[0]) + t.Code[1..])).DistinctBy(Encoding.UTF8.GetString)]
            : [Encoding.UTF8.GetBytes(node.Name)],
    };

    private static List<ElementNode> ChildNodes(List<ElementNode> nodes, string name, List<SliceStep> steps)
    {
        var found = nodes.Select(n => n.FindChild(name) ?? n.FindChild(name + "[x]")).OfType<ElementNode>().ToList();
        if (found.Count == 0)
            return found;
        // The types of a choice are those of FHIR itself: an item of another type is no item of the slice.
        steps.Add(Step(found[^1]));
        // What a slice of it requires is required of it.
        return [.. found.SelectMany(f => f.Slices).Where(s => s.Definition.Min > 0), .. found];
    }

    private List<ElementNode> ExtensionNodes(List<ElementNode> nodes, string url, List<SliceStep> steps)
    {
        steps.Add(new() { Kind = SliceStepKind.Extension, Names = [Encoding.UTF8.GetBytes(url)] });
        var found = new List<ElementNode>();
        foreach (var node in nodes)
            foreach (var slice in node.FindChild("extension")?.Slices ?? [])
                if (slice.Definition.Types.Any(t => t.Profiles.Any(p => p.Split('|')[0] == url))
                    || slice.FindChild("url")?.Definition.Fixed?.Json.Trim('"') == url)
                    found.Add(slice);
        if (nodes.Count > 0 && profiles.Find(url, nodes[0]) is { } extension)
            found.Add(extension.Root);
        return found;
    }

    private List<CompiledProfile> Targets(List<ElementNode> nodes)
    {
        foreach (var node in nodes)
        {
            var targets = node.Definition.Types.SelectMany(t => t.TargetProfiles.Select(p => profiles.Find(p, node))).OfType<CompiledProfile>().ToList();
            if (targets.Count > 0)
                return targets;
        }
        return [];
    }

    [GeneratedRegex(@"extension\(['""](?<url>[^'""]+)['""]\)|ofType\((?<of>[\w.]+)\)|resolve\(\)|[^.()]+")]
    private static partial Regex StepPattern();
}
