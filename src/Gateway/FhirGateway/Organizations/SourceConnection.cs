using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Organizations;

/// <summary>How a source's FHIR server is reached, and which <c>$bulk-submit</c> is its own. Secrets are files, never values.</summary>
public sealed record SourceConnection
{
    /// <summary>Base URL of its FHIR server, without slash at its end; null where nothing is pulled.</summary>
    public string? FhirUrl { get; init; }

    /// <summary>The Group whose members are exported; null for all patients.</summary>
    public string? Group { get; init; }

    /// <summary>Our client id there.</summary>
    public string? ClientId { get; init; }

    /// <summary>Path of the private key (PEM or JWK) for <c>private_key_jwt</c>; null takes the key made by <c>source jwks</c>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Path of a file that holds the client secret, for servers that take <c>client_secret_basic</c>.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Token endpoint; null takes the one that its SMART configuration names.</summary>
    public string? TokenUrl { get; init; }

    /// <summary>Scopes that are asked for, separated by spaces; null asks for <c>system/*.rs</c>, or <c>system/*.read</c> where only that is supported.</summary>
    public string? Scope { get; init; }

    /// <summary>How it deviates from the current Bulk Data and bulk submit texts; a name that the adapters know, null for what its capabilities say.</summary>
    public string? Dialect { get; init; }

    /// <summary>The submitters of its <c>$bulk-submit</c> requests.</summary>
    public ImmutableArray<SubmitterIdentifier> Submitters { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Exact origins (scheme, host, port) that it may lead us to beside that of <see cref="FhirUrl"/>; the only way to plain HTTP and to private addresses.</summary>
    public ImmutableArray<string> AllowedOrigins { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Resource types that a scheduled export asks for; empty for all that the server gives.</summary>
    public ImmutableArray<string> Types { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Search queries that exports are narrowed by (<c>_typeFilter</c>).</summary>
    public ImmutableArray<string> TypeFilters { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Elements that exports are narrowed to (<c>_elements</c>); what comes so never takes the place of a whole resource.</summary>
    public ImmutableArray<string> Elements { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Values of <c>includeAssociatedData</c> that exports ask for.</summary>
    public ImmutableArray<string> AssociatedData { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The resource type by which exports ask to be organised; null for the server's own order.</summary>
    public string? OrganizeOutputBy { get; init; }

    /// <summary>Whether exports ask for files before all are ready.</summary>
    public bool AcceptsPartialManifests { get; init; }

    /// <summary>Hours between scheduled exports; null where it is exported on demand only.</summary>
    public int? EveryHours { get; init; }

    /// <summary>The one participant that its data go to, where a participant's own credentials fetch them (BCDA, say); null for the usual release.</summary>
    public string? OnlyParticipant { get; init; }

    /// <summary>Whether amounts of its claims go to nobody, whatever an agreement says: a Provider Access feed has none to give.</summary>
    public bool WithholdsAmounts { get; init; }

    /// <summary>
    /// Digest of what decides which data a server gives for the same question: its base URL, filters, elements and associated
    /// data. What is remembered of exports holds only as long as it stays.
    /// </summary>
    public string FeedDigest()
    {
        string?[] parts = [FhirUrl, .. Section(TypeFilters), .. Section(Elements), .. Section(AssociatedData)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));
    }

    private static IEnumerable<string> Section(ImmutableArray<string> values) => values.Order(StringComparer.Ordinal).Prepend("");
}
