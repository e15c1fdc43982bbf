using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FhirGateway.Normalization;

/// <summary>What normalization needs to know of a source. Immutable; one per source, shared by all workers.</summary>
public sealed class NormalizationSettings
{
    /// <param name="source">Id of the source.</param>
    /// <param name="lookup">What is known of its resources.</param>
    /// <param name="baseUrls">Its FHIR base URLs: an absolute reference below one of them is a reference to its own resource.</param>
    /// <param name="memberSystem">The URI of its member numbers, for those that it sends without a system.</param>
    /// <param name="claims">How the versions of its claims are read; null for the default.</param>
    public NormalizationSettings(
        string source, IReferenceLookup lookup, IEnumerable<string>? baseUrls = null, string? memberSystem = null, ClaimRules? claims = null)
    {
        Claims = claims ?? ClaimRules.Default;
        MemberSystem = memberSystem;
        MemberSystemBytes = memberSystem is null ? null : Encoding.UTF8.GetBytes(JsonEncodedText.Encode(memberSystem, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        Source = source;
        Lookup = lookup;
        BaseUrls = [.. (baseUrls ?? []).Select(u => u.TrimEnd('/') + "/")];
        SourceUri = "urn:fhir-gateway:source:" + source;
        SourceIdSystem = "urn:fhir-gateway:source-id:" + source;
        BaseUrlBytes = [.. BaseUrls.Select(Encoding.UTF8.GetBytes)];
        SourceUriBytes = Encoding.UTF8.GetBytes(SourceUri);
        SourceIdSystemBytes = Encoding.UTF8.GetBytes(SourceIdSystem);
    }

    public string Source { get; }
    public IReferenceLookup Lookup { get; }

    /// <summary>Each with one slash at its end.</summary>
    public ImmutableArray<string> BaseUrls { get; }

    /// <summary>The meta.source of what it sent.</summary>
    public string SourceUri { get; }

    /// <summary>The system of the identifier that keeps the id it gave.</summary>
    public string SourceIdSystem { get; }

    /// <summary>The system of its member numbers where it sends none; null if that is not known.</summary>
    public string? MemberSystem { get; }

    /// <summary>How the versions of its claims are read.</summary>
    public ClaimRules Claims { get; }

    /// <summary>Published ids that are not made of the source's own: of the resources of a message, by type and id. Null, or its null, for the usual one.</summary>
    internal Func<string, string, Guid?>? IdOf { get; init; }

    /// <summary>Whether the id that the source gave is one to keep as identifier: not one that is numbered anew in every message. Null: always.</summary>
    internal Func<string, string, bool>? KeepsId { get; init; }

    internal byte[]? MemberSystemBytes { get; }
    internal ImmutableArray<byte[]> BaseUrlBytes { get; }
    internal byte[] SourceUriBytes { get; }
    internal byte[] SourceIdSystemBytes { get; }
}
