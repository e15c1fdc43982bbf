namespace FhirGateway.Adapters.Identity;

/// <summary>The answer to a token request: a token, or an error of RFC 6749 section 5.2 without detail.</summary>
public sealed record TokenAnswer
{
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidScope = "invalid_scope";
    public const string UnsupportedGrantType = "unsupported_grant_type";

    /// <summary>HTTP status: 200, 400 or 401.</summary>
    public required int Status { get; init; }
    public string? Error { get; init; }
    public string? AccessToken { get; init; }

    /// <summary>Scopes granted, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary>The client named in the request, if it is one of ours: for the audit log.</summary>
    public string? Client { get; init; }

    /// <summary>Why it was refused, for the audit log: a word of a fixed list, never told to the caller.</summary>
    public string? Reason { get; init; }

    public override string ToString() => $"TokenAnswer({Status}, {Error})";
}
