using System.Text.RegularExpressions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>A resource that was valid and has one fault now.</summary>
/// <param name="Kind">What was done to it, e.g. <c>missing</c>.</param>
/// <param name="Keys">Keys that name the fault, one of which must be reported; empty for any.</param>
/// <param name="Path">Where the fault is, as a simple FHIRPath.</param>
/// <param name="Json">The broken resource.</param>
internal sealed partial record Mutant(string Kind, string[] Keys, string Path, string Json)
{
    /// <summary>The rule that was broken: id of an element, key of an invariant.</summary>
    public required string Rule { get; init; }

    /// <summary>Name of the valid resource.</summary>
    public required string Source { get; init; }

    /// <summary>Canonicals of the profiles that it was valid against; the fault may be that it declares them no more.</summary>
    public required IReadOnlyList<string> Profiles { get; init; }

    /// <summary>Other places where the same fault may be reported: the owner of something missing, the item of an array.</summary>
    public string[] Also { get; init; } = [];

    public bool IsAt(string expression)
    {
        var plain = Plain(expression);
        return plain == Plain(Path) || Also.Any(a => Plain(a) == plain);
    }

    /// <summary>A choice is written <c>value</c>, <c>value.ofType(Quantity)</c> or by its property: the first form of all.</summary>
    private static string Plain(string expression) => OfType().Replace(expression, "");

    public override string ToString() => $"{Kind} {Rule} at {Path} of {Source}";

    [GeneratedRegex(@"\.ofType\(\w+\)")]
    private static partial Regex OfType();
}
