using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One file of a manifest that is to be fetched.</summary>
public sealed record FileRequest
{
    public required Uri Url { get; init; }

    /// <summary>Where the whole file goes, its folder being there; <c>.part</c> and <c>.part.json</c> behind it are what a cut or a restart leaves.</summary>
    public required string Path { get; init; }
    public required EgressAllowance Allowance { get; init; }

    /// <summary>Gives the token; null where the manifest says that none is required, since then none may be sent.</summary>
    public CredentialProvider? Credential { get; init; }

    /// <summary>Headers that the sender of a submission asked for.</summary>
    public ImmutableArray<EgressHeader> Headers { get; init; } = [];

    /// <summary>Resources that the manifest promises; null where it does not.</summary>
    public long? Count { get; init; }

    /// <summary>The output is organized in blocks that each begin with a Parameters header; whether <see cref="Count"/> counts the headers is up to the server.</summary>
    public bool IsOrganized { get; init; }

    /// <summary>Bytes that the manifest promises, of the file as sent or inflated; null where it does not.</summary>
    public long? FileSize { get; init; }

    /// <summary>SHA-256 in hex, <c>sha256:</c> before it or not, that the manifest promises of the file as sent or inflated; null where it does not.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Most bytes as received, 1 to 2^40.</summary>
    public long MostBytes { get; init; } = 64L << 30;

    /// <summary>Told the bytes received so far, now and then.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Limits of the inflated content.</summary>
    public NdjsonLimits Limits { get; init; } = NdjsonLimits.Default;

    public override string ToString() => $"FileRequest({EgressUrl.Shown(Url)})";
}
