namespace FhirGateway.Organizations;

/// <summary>A bulk file that a client handed over: how its receipt is found again, and the same request recognised.</summary>
public sealed record ClientUpload
{
    public required string Submission { get; init; }

    /// <summary>Id of the source.</summary>
    public required string Owner { get; init; }
    public required string Client { get; init; }

    /// <summary>The Idempotency-Key of the request; null for none. Counts for all clients of the source.</summary>
    public string? Key { get; init; }

    /// <summary>The sender's name of the file, for reports only.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes as sent, and their SHA-256 in lower-case hex.</summary>
    public required long Length { get; init; }
    public required string Sha256 { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }

    public override string ToString() => $"ClientUpload({Submission})";
}
