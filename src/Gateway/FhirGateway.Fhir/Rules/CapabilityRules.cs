namespace FhirGateway.Fhir.Rules;

/// <summary>A CapabilityStatement states search parameters with the types that they have.</summary>
internal sealed class CapabilityRules(DefinitionLookup definitions)
{
    public void Check(RuleReport report, int statement)
    {
        foreach (var rest in report.Tape.Items(statement, "rest"u8))
        {
            foreach (var resource in report.Tape.Items(rest, "resource"u8))
                CheckParameters(report, resource);
            CheckParameters(report, rest);
        }
    }

    private void CheckParameters(RuleReport report, int owner)
    {
        var tape = report.Tape;
        foreach (var parameter in tape.Items(owner, "searchParam"u8))
        {
            var type = tape.Find(parameter, "type"u8);
            if (tape.IsString(type) && tape.FindText(parameter, "definition"u8) is { } url
                && definitions.FindResource("SearchParameter", url) is { } definition
                && !definition.Is(definition.Find(0, "type"u8), tape.Bytes(type)))
                report.Error(type, "invalid", "capability-search-type", "The search parameter is defined with another type");
        }
    }
}
