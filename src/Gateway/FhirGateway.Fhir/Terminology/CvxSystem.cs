using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Vaccines administered (CVX), the newer codes only: a fragment that knows what they are called.</summary>
internal static class CvxSystem
{
    public const string Url = "http://hl7.org/fhir/sid/cvx";

    private static readonly Lazy<FhirCodeSystem> Read = new(() => new()
    {
        Url = Url,
        Name = "CVX",
        Content = "fragment",
        IsCaseSensitive = true,
        Concepts = [.. FactTable.ReadText("cvx.tsv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#')).Select(Concept)],
    });

    public static FhirCodeSystem Value => Read.Value;

    private static CodeSystemConcept Concept(string line)
    {
        var row = line.Split('\t');
        return new(row[0], row[1], -1) { Designations = [.. row[2..]] };
    }
}
