
namespace FhirGateway.Fhir.Rules;

/// <summary>What holds for every resource that a canonical URL identifies (resource.html#canonical).</summary>
internal static class DefinitionRules
{
    public static void Check(RuleReport report, int resource)
    {
        var url = report.Tape.Find(resource, "url"u8);
        if (report.Tape.IsString(url) && !UriText.IsAbsolute(report.Tape.Bytes(url)))
            report.Error(url, "invalid", "canonical-url", "The url of a definition is absolute, that of a contained one too");
    }
}
