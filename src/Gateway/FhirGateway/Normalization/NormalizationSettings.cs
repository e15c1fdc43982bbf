using System.Collections.Immutable;
using System.Text;

namespace FhirGateway.Normalization;

/// <summary>What normalization needs to know of a source. Immutable; one per source, shared by all workers.</summary>
public sealed class NormalizationSettings
{
    /// <param name="source">Id of the source.</param>
    /// <param name="lookup">What is known of its resources.</param>
    /// <param name="baseUrls">Its FHIR base URLs: an absolute reference below one of them is a reference to its own resource.</param>
    public NormalizationSettings(string source, IReferenceLookup lookup, IEnumerable<string>? baseUrls = null)
    {
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

    internal ImmutableArray<byte[]> BaseUrlBytes { get; }
    internal byte[] SourceUriBytes { get; }
    internal byte[] SourceIdSystemBytes { get; }
}
