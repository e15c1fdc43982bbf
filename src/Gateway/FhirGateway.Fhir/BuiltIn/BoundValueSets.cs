using System.Text.RegularExpressions;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>The value sets that structures hold instances to: required and extensible bindings, max value sets, additional ones, <c>memberOf()</c>.</summary>
internal static partial class BoundValueSets
{
    /// <summary>Their URLs without a version.</summary>
    public static IEnumerable<string> Of(FhirStructure structure) => structure.Snapshot.SelectMany(Of).Select(c => c.Split('|')[0]);

    private static IEnumerable<string> Of(ElementDefinition element)
    {
        if (element.Binding is { } binding)
        {
            if (binding is { Strength: BindingStrength.Required or BindingStrength.Extensible, ValueSet: { } set })
                yield return set;
            if (binding.MaxValueSet is { } max)
                yield return max;
            foreach (var (_, additional) in binding.Additional)
                yield return additional;
        }
        foreach (var constraint in element.Constraints)
            foreach (Match call in MemberOf().Matches(constraint.Expression ?? ""))
                yield return call.Groups["set"].Value;
    }

    [GeneratedRegex(@"memberOf\('(?<set>[^']*)'\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MemberOf();
}
