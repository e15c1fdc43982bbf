namespace FhirGateway.Adapters.BulkFhir;

/// <summary>An answer to a status request, judged.</summary>
public sealed record PollAnswer(PollVerdict Verdict)
{
    /// <summary>How long to wait before asking again.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The manifest, whole or (while working) partial.</summary>
    public BulkManifest? Manifest { get; init; }

    /// <summary>What the server says of its progress: at most 100 printable ASCII characters.</summary>
    public string? Progress { get; init; }

    /// <summary>Why, where it failed or is to be asked again; codes and numbers only.</summary>
    public string? Reason { get; init; }
}
