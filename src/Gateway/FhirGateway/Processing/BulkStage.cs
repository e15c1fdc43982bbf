using FhirGateway.Contracts;
using FhirGateway.Labels;
using FhirGateway.Normalization;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one line: parse, normalize, validate, label. One per worker, not safe for parallel use.</summary>
public sealed class BulkStage
{
    private readonly ResourceNormalizer normalizer = new();
    private readonly ResourceValidation validation = new();

    public BulkItem Run(ReadOnlyMemory<byte> line, int file, long number, NormalizationSettings settings)
    {
        try
        {
            var outcome = normalizer.Normalize(line, settings);
            if (!outcome.IsNormalized)
                return Held(file, number, outcome.Rejection.Reason, $"{outcome.Rejection.Path ?? "line"} at byte {outcome.Rejection.Position}");
            return new BulkItem
            {
                File = file,
                Line = number,
                Resource = outcome.Resource,
                Labels = LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service).ToString(),
                HasIssues = validation.Validate(normalizer.Tape).Count > 0,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Held(file, number, ReasonCodes.InternalError, e.GetType().Name);
        }
    }

    public static BulkItem Held(int file, long number, string reason, string detail) =>
        new() { File = file, Line = number, Reason = reason, Detail = detail };
}
