namespace FhirGateway.Host.Endpoints;

/// <summary>Reads a body of messages whole; its length is limited by its route.</summary>
internal static class MessageBody
{
    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }
}
