using System.Collections.Frozen;
using System.Text;

namespace FhirGateway.Fhir.Rules;

/// <summary>The resource types of R4 that a canonical URL identifies.</summary>
internal static class DefinitionTypes
{
    private static readonly FrozenSet<string> Names = (
        "ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap EffectEvidenceSynthesis "
        + "EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide Library Measure MessageDefinition "
        + "NamingSystem OperationDefinition PlanDefinition Questionnaire ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis "
        + "SearchParameter StructureDefinition StructureMap TerminologyCapabilities TestScript ValueSet").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string type) => Names.Contains(type);

    public static bool Contains(ReadOnlySpan<byte> type)
    {
        if (type.Length > 64)
            return false;
        Span<char> text = stackalloc char[64];
        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..Encoding.Latin1.GetChars(type, text)]);
    }
}
