using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>What a differential says about slicing (profiling.html#slicing): discriminators lead somewhere, and a slice does not slice its siblings anew.</summary>
internal sealed class SlicingDefinitionRules
{
    private RuleReport report = null!;
    private JsonTape tape = null!;

    /// <summary>Checks one element.</summary>
    /// <param name="target">Where findings go.</param>
    /// <param name="element">The element.</param>
    /// <param name="path">Its path.</param>
    /// <param name="type">The only type that it leaves, if it names one.</param>
    /// <param name="elements">The base.</param>
    /// <param name="slicings">The slicing of each path seen so far, as a token.</param>
    /// <param name="differential">All elements.</param>
    public void Check(RuleReport target, int element, string path, string? type, BaseElements elements, Dictionary<string, int> slicings, int differential)
    {
        (report, tape) = (target, target.Tape);
        var slicing = tape.Find(element, "slicing"u8);
        if (slicing < 0)
            return;
        var own = elements.Find(path);
        type ??= own is { Types.Length: 1 } ? own.Types[0].Code : null;
        if (type is "BackboneElement" or "Element")
            type = path;
        foreach (var discriminator in tape.Items(slicing, "discriminator"u8))
            CheckPath(discriminator, type);
        if (tape.FindText(element, "sliceName"u8) is not { } slice)
            slicings[path] = slicing;
        else if (!IsSlicedFurther(differential, path, slice) && !IsSame(slicing, path, own, slicings))
            report.Error(slicing, "invalid", "slicing-redefined", "The slicing of these elements is already defined with other discriminators; a slice cannot change it");
    }

    private void CheckPath(int discriminator, string? type)
    {
        var path = tape.FindText(discriminator, "path"u8);
        if (path is null || type is null)
            return;
        var end = path.IndexOfAny(['.', '(']);
        var step = end < 0 ? path : path[..end];
        if (step is "$this" or "extension" or "modifierExtension" or "resolve" or "ofType" or "" || !IsKnown(type))
            return;
        if (!BaseElements.TypeHas(type, step))
            report.Error(discriminator, "invalid", "slicing-discriminator", "The element that is sliced has nothing at the path of this discriminator");
    }

    /// <summary>A type that the table of R4 has: all types have an id.</summary>
    private static bool IsKnown(string type) => BaseElements.TypeHas(type, "id");

    private bool IsSlicedFurther(int differential, string path, string slice)
    {
        foreach (var other in tape.Items(differential, "element"u8))
            if (tape.FindText(other, "path"u8) == path && tape.FindText(other, "sliceName"u8) is { } name && name.StartsWith(slice + "/", StringComparison.Ordinal))
                return true;
        return false;
    }

    private bool IsSame(int slicing, string path, ElementDefinition? own, Dictionary<string, int> slicings)
    {
        var mine = Read(slicing);
        if (slicings.TryGetValue(path, out var other))
            return mine.SetEquals(Read(other));
        return own?.Slicing is not { } inherited || mine.SetEquals(inherited.Discriminators.Select(d => (d.Type, d.Path)));
    }

    private HashSet<(string Type, string Path)> Read(int slicing)
    {
        var found = new HashSet<(string, string)>();
        foreach (var discriminator in tape.Items(slicing, "discriminator"u8))
            found.Add((tape.FindText(discriminator, "type"u8) ?? "", tape.FindText(discriminator, "path"u8) ?? ""));
        return found;
    }
}
