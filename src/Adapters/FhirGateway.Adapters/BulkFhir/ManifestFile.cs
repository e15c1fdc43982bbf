namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One file that a manifest lists, and what the manifest promises of it.</summary>
public sealed record ManifestFile
{
    public required ManifestFileKind Kind { get; init; }

    /// <summary>Absolute, http or https, without user information or fragment. A capability URL is a secret: log no more than its path.</summary>
    public required Uri Url { get; init; }

    /// <summary>The resource type of every line; null where none is promised.</summary>
    public string? Type { get; init; }

    /// <summary>Resources in it.</summary>
    public long? Count { get; init; }

    /// <summary>Bytes of it: <c>fileSize</c>, or <c>file_length</c> of an extension.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 in lower-case hex, from a checksum extension.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The file that goes on where this one ends (organised output).</summary>
    public Uri? ContinuesIn { get; init; }

    /// <summary>Scheme, host and path: what may be shown.</summary>
    public override string ToString() => $"{Kind} {Url.GetLeftPart(UriPartial.Path)}";
}
