using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Validation;

/// <summary>
/// The one place where the pipeline validates a resource. Findings never hold a resource back: what cannot be read,
/// identified or labelled is rejected elsewhere. Reusable, one per worker, not thread-safe.
/// </summary>
public sealed class ResourceValidation
{
    private readonly StructureValidator structure = new();
    private readonly JsonTape tape = new();

    /// <summary>The findings about a resource that is on a tape; empty if there are none.</summary>
    public IReadOnlyList<StructureIssue> Validate(JsonTape resource)
    {
        var issues = new List<StructureIssue>();
        structure.Validate(resource, issues);
        return issues;
    }

    /// <summary>The findings about the UTF-8 JSON of a resource; one fatal finding if it is not strict JSON.</summary>
    public IReadOnlyList<StructureIssue> Validate(ReadOnlyMemory<byte> json)
    {
        var fault = tape.Read(json);
        return fault.IsNone
            ? Validate(tape)
            : [new(IssueSeverity.Fatal, "invalid", "", $"Not one strict JSON object: {fault.Code} at byte {fault.Position}")];
    }
}
