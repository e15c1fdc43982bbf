using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Json;
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
    private readonly JsonTape deletions = new();

    /// <summary>Runs the stages, or finds that the line is what was sent last time.</summary>
    /// <param name="line">One resource as UTF-8 JSON.</param>
    /// <param name="file">Its file within the submission.</param>
    /// <param name="number">Its line, from 1.</param>
    /// <param name="of">The settings of its source.</param>
    /// <param name="ground">What the mark of every line begins with.</param>
    /// <param name="promised">The type that its manifest promises.</param>
    /// <param name="unchanged">Null to read every line anew.</param>
    public BulkItem Run(ReadOnlyMemory<byte> line, int file, long number, SourceSettings.Settings of, byte[] ground, string? promised, UnchangedLines? unchanged)
    {
        var marked = mark.Of(line.Span, ground);
        if (unchanged?.Find(line.Span, marked, file, number, promised) is { } item)
            return item;
        return Read(line, file, number, of.Bulk, of.Validation, promised) with { Mark = marked };
    }

    /// <summary>Runs the stages.</summary>
    /// <param name="line">One resource as UTF-8 JSON.</param>
    /// <param name="file">Its file within the submission.</param>
    /// <param name="number">Its line, from 1.</param>
    /// <param name="settings">Those of its source.</param>
    /// <param name="validated">By which profiles, and what becomes of errors.</param>
    /// <param name="promised">The type that its manifest promises; a line of another type is held (Bulk Data, "output.type").</param>
    public BulkItem Read(
        ReadOnlyMemory<byte> line, int file, long number, NormalizationSettings settings, ValidationSettings validated, string? promised = null)
    {
        try
        {
            var outcome = normalizer.Normalize(line, settings, validation.ChoiceOf(validated.Profiles));
            if (!outcome.IsNormalized)
            {
                // Block headers have no id.
                if (promised is null && outcome.Rejection.Reason == ReasonCodes.MissingId && normalizer.Tape.FindText(0, "resourceType"u8) == "Parameters")
                    return new BulkItem { File = file, Line = number, IsBlockHeader = true };
                return Held(file, number, outcome.Rejection.Reason, $"{outcome.Rejection.Path ?? "line"} at byte {outcome.Rejection.Position}");
            }

            if (promised is not null && outcome.Resource.Type != promised)
                return Held(file, number, ReasonCodes.TypeMismatch, $"{outcome.Resource.Type} in a file of {promised}");
            // What is validated are the bytes that are published: a finding is about them.
            var issues = validation.Validate(outcome.Resource.Json, validated.Profiles);
            var findings = FindingCounts.Of(issues);
            if (validated.HoldsErrors && FindingCounts.HasError(issues))
                return Held(file, number, ReasonCodes.ProfileError, FirstError(issues)) with { Findings = findings, Expressions = FindingCounts.Places(issues, findings) };
            return new BulkItem
            {
                File = file,
                Line = number,
                Findings = findings,
                Expressions = FindingCounts.Places(issues, findings),
                Resource = outcome.Resource,
                IsSubsetted = StoredFacts.IsSubsetted(normalizer.Tape),
                Labels = LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service).ToString(),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Held(file, number, ReasonCodes.InternalError, e.GetType().Name);
        }
    }

    /// <summary>A line of a file of deletions.</summary>
    public BulkItem RunDeletions(ReadOnlyMemory<byte> line, int file, long number, NormalizationSettings settings)
    {
        var (targets, bad, rejection) = DeletionBundle.Read(line, deletions, settings);
        if (rejection is not null)
            return Held(file, number, rejection.Reason, $"{rejection.Path ?? "line"} at byte {rejection.Position}");
        ImmutableArray<KeyValuePair<string, int>> findings = bad == 0 ? [] : [new(DeletionBundle.BadEntry, bad)];
        return new BulkItem { File = file, Line = number, Deletions = targets, Findings = findings, Expressions = bad == 0 ? [] : ["Bundle.entry"] };
    }

    /// <summary>How many references of a line do not resolve now, or null if it cannot be normalized; cheaper than <see cref="Read"/>.</summary>
    public int? Unresolved(ReadOnlyMemory<byte> line, NormalizationSettings settings)
    {
        var outcome = normalizer.Normalize(line, settings);
        return outcome.IsNormalized ? outcome.Resource.Unresolved : null;
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
