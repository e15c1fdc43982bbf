using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A bulk submission as its job's detail keeps it: everything that may be shown, and the rest sealed.</summary>
public sealed record ShownSubmission
{
    public required string System { get; init; }
    public required string Submitter { get; init; }
    public required string SubmissionId { get; init; }
    public required string Client { get; init; }
    public SenderStatus Status { get; init; }
    public string? FinalCall { get; init; }
    public bool IsDraft { get; init; }
    public int DeletedPolls { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public required ImmutableArray<ShownManifest> Manifests { get; init; }

    /// <summary>Reads the detail of a job of kind <see cref="Submissions.BulkJobKind.BulkSubmit"/>; no key is needed.</summary>
    public static ShownSubmission Read(string detail) =>
        JsonSerializer.Deserialize(detail, BulkSubmitJson.Default.ShownSubmission) ?? throw new InvalidDataException("The detail of a bulk submission is empty");

    public override string ToString() => $"ShownSubmission({Status}, {Manifests.Length} manifests)";
}
