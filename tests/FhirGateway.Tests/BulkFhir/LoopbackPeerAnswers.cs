using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

internal static class LoopbackPeerAnswers
{
    /// <summary>A 206 of the bytes from..to, of a file whose ETag is v1.</summary>
    public static Task<bool> PartAsync(Stream stream, byte[] content, int from, int to) => LoopbackPeer.WriteAsync(
        stream, "206 Partial Content", content[from..to], "ETag: \"v1\"", "Content-Type: application/fhir+ndjson", $"Content-Range: bytes {from}-{to - 1}/{content.Length}");
}
