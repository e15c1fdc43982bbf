using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>The resource being checked and what was found. The text of a place is made only for a finding.</summary>
internal sealed class RuleReport
{
    private static readonly JsonTape Nothing = new();
    private static readonly List<ValidationIssue> Nowhere = [];
    private List<ValidationIssue> issues = Nowhere;

    public JsonTape Tape { get; private set; } = Nothing;

    public void Begin(JsonTape resource, List<ValidationIssue> found) => (Tape, issues) = (resource, found);

    /// <summary>Lets go of the resource.</summary>
    public void End() => (Tape, issues) = (Nothing, Nowhere);

    /// <summary>Adds an error.</summary>
    /// <param name="at">Token of the element that is wrong.</param>
    /// <param name="code">A code of FHIR's issue-type.</param>
    /// <param name="key">What can be counted.</param>
    /// <param name="message">What is wrong and what to change.</param>
    public void Error(int at, string code, string key, string message) => Add(IssueSeverity.Error, at, code, key, message);

    /// <inheritdoc cref="Error"/>
    public void Warning(int at, string code, string key, string message) => Add(IssueSeverity.Warning, at, code, key, message);

    /// <inheritdoc cref="Error"/>
    public void Note(int at, string code, string key, string message) => Add(IssueSeverity.Information, at, code, key, message);

    private void Add(IssueSeverity severity, int at, string code, string key, string message) =>
        issues.Add(new(severity, code, key, ElementPath.Find(Tape, at).Text, message, Tape[at].Start));
}
