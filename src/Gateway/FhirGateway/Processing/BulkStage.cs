using FhirGateway.Contracts;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Labels;
using FhirGateway.Normalization;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one line: parse, normalize, validate, label. One per worker, not safe for parallel use.</summary>
public sealed class BulkStage : IDisposable
{
    private readonly LineMark mark = new();
    private readonly ResourceNormalizer normalizer = new();
    private readonly ResourceValidation validation = new();

    /// <summary>Runs the stages, or finds that the line is what was sent last time.</summary>
    /// <param name="line">The line.</param>
    /// <param name="file">Index of its file.</param>
    /// <param name="number">From 1.</param>
    /// <param name="settings">Of its source.</param>
    /// <param name="validated">Of its source.</param>
    /// <param name="unchanged">Null to read every line anew.</param>
    public BulkItem Run(
        ReadOnlyMemory<byte> line, int file, long number, NormalizationSettings settings, ValidationSettings validated, UnchangedLines? unchanged)
    {
        Guid? marked = unchanged is null ? null : mark.Of(line.Span, unchanged.Ground);
        if (marked is { } known && unchanged!.Find(line.Span, known, file, number) is { } item)
            return item;
        return Read(line, file, number, settings, validated) with { Mark = marked };
    }

    /// <summary>Runs the stages.</summary>
    public BulkItem Read(ReadOnlyMemory<byte> line, int file, long number, NormalizationSettings settings, ValidationSettings validated)
    {
        try
        {
            var outcome = normalizer.Normalize(line, settings, validation.ChoiceOf(validated.Profiles));
            if (!outcome.IsNormalized)
                return Held(file, number, outcome.Rejection.Reason, $"{outcome.Rejection.Path ?? "line"} at byte {outcome.Rejection.Position}");
            // What is validated are the bytes that are published: a finding is about them.
            var issues = validation.Validate(outcome.Resource.Json, validated.Profiles);
            var findings = FindingCounts.Of(issues);
            if (validated.HoldsErrors && FindingCounts.HasError(issues))
                return Held(file, number, ReasonCodes.ProfileError, FirstError(issues)) with { Findings = findings };
            return new BulkItem
            {
                File = file,
                Line = number,
                Findings = findings,
                Resource = outcome.Resource,
                Labels = LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service).ToString(),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Held(file, number, ReasonCodes.InternalError, e.GetType().Name);
        }
    }

    public void Dispose() => mark.Dispose();

    private static string FirstError(IReadOnlyList<ValidationIssue> issues)
    {
        foreach (var issue in issues)
            if (issue.Severity is IssueSeverity.Error or IssueSeverity.Fatal)
                return $"{issue.Key} at {issue.Expression}";
        return "";
    }

    public static BulkItem Held(int file, long number, string reason, string detail) =>
        new() { File = file, Line = number, Reason = reason, Detail = detail };
}
