using System.Net;
using System.Net.Http.Headers;
using FhirGateway.Simulation.Http;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A request body of known length that is made while it is sent.</summary>
internal sealed class MadeContent : HttpContent
{
    private readonly BulkContent content;

    public MadeContent(BulkContent content)
    {
        this.content = content;
        Headers.ContentType = new MediaTypeHeaderValue("application/fhir+ndjson");
        Headers.ContentLength = content.Length;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        content.WriteAsync(stream, 0, content.Length, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }
}
