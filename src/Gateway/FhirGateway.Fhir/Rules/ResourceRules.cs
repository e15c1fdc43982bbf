using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// What the prose of the specification asks of a resource and no StructureDefinition can say: how the entries of a Bundle
/// belong together, where references lead, what a narrative may hold, how definitions agree with each other.
/// Reusable, one per worker, not thread-safe.
/// </summary>
/// <param name="packages">Definitions that a resource may refer to; may be empty.</param>
public sealed class ResourceRules(PackageSet packages)
{
    /// <summary>Adds what is wrong with the resource and with all resources within it.</summary>
    /// <param name="resource">One resource, read without a fault.</param>
    /// <param name="issues">Where findings are added.</param>
    public void Check(JsonTape resource, List<ValidationIssue> issues)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(issues);
        _ = packages;
    }
}
