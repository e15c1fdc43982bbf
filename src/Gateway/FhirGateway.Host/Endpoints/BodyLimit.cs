using Microsoft.AspNetCore.Http.Metadata;

namespace FhirGateway.Host.Endpoints;

/// <summary>Longest request body of a route, in bytes; the server refuses more before anything reads it.</summary>
internal sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => bytes;
}
