using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>A code system ready for look-ups and filters. Immutable but for what is computed at its first use; safe for parallel use.</summary>
internal sealed class CodeSystemIndex
{
    private readonly Lazy<CodeTable> codes;
    private readonly Lazy<ConceptHierarchy> hierarchy;

    public CodeSystemIndex(FhirCodeSystem system)
    {
        System = system;
        codes = new(() => CodeTable.Create([.. system.Concepts.Select(c => c.Code)], IgnoresCase));
        hierarchy = new(() => new ConceptHierarchy(this));
    }

    public FhirCodeSystem System { get; }

    /// <summary>All codes; an index is that of the concept.</summary>
    public CodeTable Codes => codes.Value;

    public bool IsComplete => System.Content == "complete" && !IsSupplement;

    /// <summary>Whether it only adds to the concepts of another system.</summary>
    public bool IsSupplement => System.Content == "supplement" || System.Supplements is not null;

    public bool IgnoresCase => !System.IsCaseSensitive;

    public ConceptHierarchy Hierarchy => hierarchy.Value;

    /// <summary>Whether a concept groups others and is never used as a code of data (http://hl7.org/fhir/concept-properties#notSelectable).</summary>
    public static bool IsAbstract(CodeSystemConcept concept)
    {
        foreach (var (code, value) in concept.Properties)
            if (code is "notSelectable" && value is "true")
                return true;
        return false;
    }

    /// <summary>Why codes that are not listed may exist all the same; null for a complete system.</summary>
    public string? Gap => IsSupplement ? $"{System.Url} is a supplement to a code system and has no codes of its own" : System.Content switch
    {
        "complete" => null,
        "fragment" => $"the code system {System.Url} is here in part only (content = fragment)",
        "example" => $"the code system {System.Url} is here as examples only (content = example)",
        _ => $"the code system {System.Url} is not contained in its package (content = {System.Content})",
    };
}
