using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace FhirGateway.Simulation.Payers;

/// <summary>A request body that is made while it is sent; its length is not known before.</summary>
internal sealed class StreamedContent : HttpContent
{
    private readonly Func<Stream, CancellationToken, Task> write;
    private readonly bool gzip;

    internal StreamedContent(string mediaType, bool gzip, Func<Stream, CancellationToken, Task> write)
    {
        this.write = write;
        this.gzip = gzip;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        if (gzip)
            Headers.ContentEncoding.Add("gzip");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!gzip)
        {
            await write(stream, cancellationToken);
            return;
        }
        await using var compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await write(compressed, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
