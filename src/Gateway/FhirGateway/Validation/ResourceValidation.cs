using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Validation;

/// <summary>
/// The one place where the pipeline validates a resource, as it is published. What to do about findings is the source's policy;
/// by default they hold nothing back. Reusable, one per worker, not thread-safe.
/// </summary>
public sealed class ResourceValidation
{
    private readonly Dictionary<ProfileSet, (ProfileValidator Validator, Func<JsonTape, string?> Choice)> validators = [];
    private readonly JsonTape tape = new();
    private readonly List<ValidationIssue> issues = [];

    /// <summary>What says by which profile a resource is going to be checked; to be used by the worker that this belongs to.</summary>
    public Func<JsonTape, string?> ChoiceOf(ProfileSet profiles) => Of(profiles).Choice;

    /// <summary>The findings about a resource that is on a tape, valid until the next call; empty if there are none.</summary>
    public IReadOnlyList<ValidationIssue> Validate(JsonTape resource, ProfileSet profiles)
    {
        issues.Clear();
        foreach (var missing in profiles.Missing)
            issues.Add(new(IssueSeverity.Warning, "not-found", "package-missing", "", $"The package {missing} is not at hand: nothing was checked by it", -1));
        try
        {
            Of(profiles).Validator.Validate(resource, issues);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug of ours must neither hold a resource nor pass unseen.
            validators.Remove(profiles);
            issues.Add(new(IssueSeverity.Error, "exception", "internal-error", "", $"The validator failed: {e.GetType().Name}", -1));
        }
        return issues;
    }

    /// <summary>The findings about the UTF-8 JSON of a resource; one fatal finding if it is not strict JSON.</summary>
    public IReadOnlyList<ValidationIssue> Validate(ReadOnlyMemory<byte> json, ProfileSet profiles)
    {
        var fault = tape.Read(json);
        if (fault.IsNone)
            return Validate(tape, profiles);
        issues.Clear();
        issues.Add(new(IssueSeverity.Fatal, "structure", "json", "", $"Not one strict JSON object: {fault.Code}", fault.Position));
        return issues;
    }

    private (ProfileValidator Validator, Func<JsonTape, string?> Choice) Of(ProfileSet profiles)
    {
        if (validators.TryGetValue(profiles, out var known))
            return known;
        var validator = new ProfileValidator(profiles.Plans) { Once = profiles.Once };
        return validators[profiles] = (validator, new ProfileFinder(profiles.Plans, validator).Find);
    }
}
