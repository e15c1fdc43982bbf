using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace FhirGateway.Host.Endpoints;

/// <summary>What a request says of the part of an upload that it brings (Resumable Uploads for HTTP, sections 4 and 5).</summary>
internal sealed record UploadRequest
{
    private const string CompleteHeader = "Upload-Complete";

    /// <summary>Where the part begins; null where the request does not say.</summary>
    public required long? Offset { get; init; }

    /// <summary>Bytes of the whole; null where the request does not say.</summary>
    public required long? Length { get; init; }

    /// <summary>Whether the upload is complete with it.</summary>
    public required bool IsLast { get; init; }
    public required bool IsEmpty { get; init; }
    public required ContentDigests Digests { get; init; }

    /// <summary>Whether a POST begins an upload in parts. A file that comes whole (<c>?1</c>) is an upload like any other.</summary>
    public static bool BeginsParts(HttpRequest request) => request.Headers[CompleteHeader] is ["?0"];

    /// <summary>Reads the headers; null where a header cannot be meant, with what is wrong in <paramref name="fault"/>.</summary>
    public static UploadRequest? Of(HttpRequest request, out string? fault)
    {
        fault = null;
        if (ContentDigests.Of(request) is not { } digests)
            fault = "Content-Digest and Repr-Digest: sha-256=:BASE64: (RFC 9530)";
        else if (request.Headers[CompleteHeader] is not ["?0" or "?1"])
            fault = "Upload-Complete: ?1 with the last part, ?0 with any other";
        else if (!TryRead(request.Headers["Upload-Offset"], out var offset) || !TryRead(request.Headers["Upload-Length"], out var length))
            fault = "Upload-Offset and Upload-Length: whole numbers of bytes";
        else
        {
            var isLast = request.Headers[CompleteHeader] is ["?1"];
            return new UploadRequest
            {
                Offset = offset,
                Length = length ?? (isLast && offset is not null ? offset + request.ContentLength : null),
                IsLast = isLast,
                IsEmpty = request.ContentLength == 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false,
                Digests = digests,
            };
        }

        return null;
    }

    private static bool TryRead(StringValues header, out long? value)
    {
        value = null;
        if (header.Count == 0)
            return true;
        // An Integer of RFC 9651 has at most 15 digits.
        if (header.Count != 1 || header[0] is not { Length: <= 15 } text || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            return false;
        value = read;
        return true;
    }
}
