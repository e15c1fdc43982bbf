using System.Security.Cryptography;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>What the validator says of a group of resources, so that a fast run can be compared with a run that only counts what is right.</summary>
internal sealed record Outcomes(string Digest, int Errors, int Warnings, int Faulty)
{
    /// <param name="group">The resources.</param>
    /// <param name="validator">One that was used before, or a fresh one.</param>
    public static Outcomes Of(CorpusGroup group, ProfileValidator validator)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (errors, warnings, faulty) = (0, 0, 0);
        var tape = new JsonTape();
        var issues = new List<ValidationIssue>();
        validator.Once = new();
        for (var i = 0; i < group.Resources.Count; i++)
        {
            issues.Clear();
            if (!tape.Read(group.Resources[i]).IsNone)
                throw new InvalidOperationException($"{group.Name} {i} is no JSON");
            validator.Validate(tape, issues, group.Profiles[i]);
            var own = issues.Count(s => s.Severity <= Fhir.Structure.IssueSeverity.Error);
            errors += own;
            faulty += own > 0 ? 1 : 0;
            warnings += issues.Count(s => s.Severity == Fhir.Structure.IssueSeverity.Warning);
            foreach (var issue in issues)
                hash.AppendData(Encoding.UTF8.GetBytes($"{i} {issue.Severity} {issue.Code} {issue.Key} {issue.Expression} {issue.Position} {issue.Profile} {issue.Message}\n"));
        }
        return new(Convert.ToHexString(hash.GetHashAndReset())[..16], errors, warnings, faulty);
    }
}
