using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Host.Commands;

/// <summary>Validates resources against packages and profiles. Reusable, one per worker, not thread-safe.</summary>
internal sealed class ResourceValidator(ProfileValidator validator, IReadOnlyList<string> profiles, GlobalProfiles globals)
{
    /// <summary>Adds what it finds in the resource at the top of the tape.</summary>
    public void Validate(JsonTape resource, List<ValidationIssue> issues)
    {
        var more = globals.Of(resource);
        validator.Validate(resource, issues, more.Count == 0 ? profiles : profiles.Count == 0 ? more : [.. profiles, .. more]);
    }

    /// <summary>Why a text is not one strict JSON object.</summary>
    public static string Explain(JsonFaultCode code) => code switch
    {
        JsonFaultCode.Empty => "There is no JSON here",
        JsonFaultCode.NotAnObject => "This is JSON, but no object: a resource is one JSON object",
        JsonFaultCode.InvalidUtf8 => "A byte that is no UTF-8: write the file as UTF-8",
        JsonFaultCode.LoneSurrogate => "Half of a surrogate pair is escaped here: write both halves, or the character itself",
        JsonFaultCode.NulCharacter => "The character U+0000 must not occur",
        JsonFaultCode.DuplicateKey => "The name of this property occurs twice in its object: keep one",
        JsonFaultCode.TooDeep => $"More than {JsonTape.MaxDepth} levels of objects and arrays",
        JsonFaultCode.TooManyKeys => $"More than {JsonTape.MaxKeys} properties in one object",
        _ => "The JSON is broken here: a bracket, comma or quote is missing or too much, a comment, or the text ends too early",
    };
}
