using System.Collections.Immutable;

namespace FhirGateway.Adapters.Egress;

/// <summary>One request that leaves the gateway.</summary>
public sealed record EgressRequest
{
    public required HttpMethod Method { get; init; }
    public required Uri Url { get; init; }
    public ImmutableArray<EgressHeader> Headers { get; init; } = [];

    /// <summary>Sent only if its origin is that of <see cref="Url"/>; otherwise the request is refused.</summary>
    public EgressCredential? Credential { get; init; }
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Media type of <see cref="Body"/>; null sends no body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Until the headers of the answer are there, all retries and redirects included; null leaves it to the limits of each attempt.</summary>
    public TimeSpan? Deadline { get; init; }
    public EgressRedirects Redirects { get; init; }

    /// <summary>Sent again after connection faults, 502, 504, and 503 without Retry-After; only GET, HEAD and DELETE, null means those.</summary>
    public bool? MayRetry { get; init; }

    public static EgressRequest Get(Uri url) => new() { Method = HttpMethod.Get, Url = url };

    public override string ToString() => $"{Method} {EgressUrl.Shown(Url)}";
}
