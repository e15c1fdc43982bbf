using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>One step to an element: its name, and that of the slice if one is meant, e.g. <c>extension:race</c>.</summary>
internal readonly record struct ElementStep(string Name, string? Slice)
{
    private const int MaxDepth = 64;

    /// <summary>
    /// The steps to an element (http://hl7.org/fhir/R4/elementdefinition.html#id). Where the id does not fit the path, the path and
    /// the slice name count, with the slices of the element before it.
    /// </summary>
    /// <returns>Null if it is nested too deeply.</returns>
    public static ImmutableArray<ElementStep>? Of(ElementDefinition element, ImmutableArray<ElementStep> before)
    {
        var path = element.Path.Split('.');
        if (path.Length > MaxDepth)
            return null;
        var id = element.Id.Split('.');
        return Fits(id, path) ? [.. id.Select(Parse)] : FromPath(path, element.SliceName, before);
    }

    private static ElementStep Parse(string step)
    {
        var colon = step.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(step, null) : new(step[..colon], step[(colon + 1)..]);
    }

    /// <summary>Whether the id has the path's steps, <c>value[x]:valueQuantity</c> for <c>valueQuantity</c> among them.</summary>
    private static bool Fits(string[] id, string[] path)
    {
        if (id.Length != path.Length)
            return false;
        for (var i = 0; i < id.Length; i++)
        {
            var (name, slice) = Parse(id[i]);
            if (name != path[i] && (slice is null || !name.EndsWith("[x]", StringComparison.Ordinal) || slice != path[i]))
                return false;
        }
        return true;
    }

    private static ImmutableArray<ElementStep> FromPath(string[] path, string? slice, ImmutableArray<ElementStep> before)
    {
        var steps = ImmutableArray.CreateBuilder<ElementStep>(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            var isLast = i == path.Length - 1;
            var isSame = !isLast && !before.IsDefault && i < before.Length && before[i].Name == path[i] && steps.SequenceEqual(before[..i]);
            steps.Add(new(path[i], isLast ? slice : isSame ? before[i].Slice : null));
        }
        return steps.MoveToImmutable();
    }
}
