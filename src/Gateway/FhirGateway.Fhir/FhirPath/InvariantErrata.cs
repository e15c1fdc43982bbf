using System.Collections.Frozen;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// Invariants of R4 as they were published and as they are meant. Those listed give nothing, which counts as false, on
/// elements that they do not speak of; later versions of FHIR publish them with the missing condition.
/// </summary>
internal static class InvariantErrata
{
    private static readonly FrozenDictionary<string, string> Corrections = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // ref-1: a reference may have an identifier or a display only; # is the resource that contains.
        ["reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))"] =
            "reference.empty() or reference.startsWith('#').not() or reference = '#' or (reference.substring(1) in %rootResource.contained.id)",

        // bdl-8: an entry need not have a fullUrl.
        ["fullUrl.contains('/_history/').not()"] = "fullUrl.empty() or fullUrl.contains('/_history/').not()",

        // ras-2: a prediction need not have a probability.
        ["probability is decimal implies (probability as decimal) <= 100"] =
            "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)",

        // vs-1 of the vital signs profile: says "if the effective time is a dateTime".
        ["($this as dateTime).toString().length() >= 8"] = "$this is dateTime implies $this.toString().length() >= 8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The expression as it is meant; itself if nothing is known to be wrong with it.</summary>
    public static string Correct(string expression) => Corrections.GetValueOrDefault(expression, expression);
}
