using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using Microsoft.Net.Http.Headers;

namespace FhirGateway.Host.Endpoints;

/// <summary>
/// <c>POST /intake/hl7v2</c>: HL7v2 over HTTP, one message or a batch. Every acknowledgement code is a 200: what the sender does next is
/// in MSA-1. Another status says that the transport failed. The source is the token's, and MSH-4 must be a facility of it.
/// </summary>
internal static class Hl7v2Endpoints
{
    private const string Route = "/intake/hl7v2";
    private const string Er7 = "application/hl7-v2; charset=utf-8";

    public static void MapHl7v2(this IEndpointRouteBuilder routes, GatewayOptions options) =>
        routes.MapPost(Route, ReceiveAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(new BodyLimit(options.Http.MostMessageBytes));

    private static async Task<IResult> ReceiveAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        if (!TryReadType(http.Request, out var charset, out var refusal))
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", refusal);
        var body = await MessageBody.ReadAsync(http.Request, http.RequestAborted);
        if (body.Length == 0)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "required", "The body is empty: one HL7v2 message or a batch is required");
        // Not the request's token: what is being stored must not be left half done because the sender hung up.
        var reply = await engine.MessageIntake.ReceiveAsync(InUtf8(body, charset), MessageOrigin.Http(source.Id, caller.Client, Route), CancellationToken.None);
        http.Response.Headers.CacheControl = "no-store";
        return reply.IsEmpty ? TypedResults.NoContent() : TypedResults.Bytes(reply.Last, Er7);
    }

    private static bool TryReadType(HttpRequest request, out string? charset, out string refusal)
    {
        charset = null;
        refusal = "";
        if (request.Headers.ContentEncoding.Count > 0)
        {
            refusal = "A message is taken here without Content-Encoding";
            return false;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            refusal = "Content-Type: application/hl7-v2 is required";
            return false;
        }

        switch (type.MediaType.Value?.ToLowerInvariant())
        {
            case "application/hl7-v2" or "x-application/hl7-v2+er7" or "application/hl7-v2+er7" or "text/plain":
                break;
            case "application/hl7-v2+xml" or "x-application/hl7-v2+xml" or "application/xml" or "text/xml":
                refusal = "The XML encoding of HL7v2 is not taken here: send the same message in ER7 (segments and bars) as application/hl7-v2";
                return false;
            default:
                refusal = "HL7v2 in ER7 (segments and bars) is taken here, as application/hl7-v2";
                return false;
        }

        charset = type.Charset.HasValue ? HeaderUtilities.RemoveQuotes(type.Charset).Value : null;
        if (charset is null || IsUtf16(charset) || Hl7Charset.IsKnown(charset))
            return true;
        refusal = "The charset of Content-Type is not known here: send UTF-8";
        return false;
    }

    /// <summary>
    /// The charset of the header stands where MSH-18 says nothing; a message is then kept in UTF-8, for nothing inside of it would say how
    /// to read it. Where MSH-18 names one the bytes are kept as they are: an engine that writes it means it. So they are where they cannot
    /// be of the charset: what a library put into the header must not cost a letter.
    /// </summary>
    private static ReadOnlyMemory<byte> InUtf8(byte[] body, string? charset)
    {
        if (charset is null || Hl7Charset.IsUtf8(Encoding.ASCII.GetBytes(charset)))
            return body;
        if (IsUtf16(charset))
            return InUtf8(body, IsBigEndian(body, charset) ? Encoding.BigEndianUnicode : Encoding.Unicode);
        if (Ascii.IsValid(body) || !Hl7Header.TryRead(body, out var header) || !header.Component(18, 1).IsEmpty)
            return body;
        return InUtf8(body, Hl7Charset.Choose(body, default, (byte)'~', feed: charset).Encoding);
    }

    private static byte[] InUtf8(byte[] body, Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        try
        {
            return Encoding.UTF8.GetBytes(strict.GetString(body));
        }
        catch (DecoderFallbackException)
        {
            return body;
        }
    }

    /// <summary>The mark at the beginning beats the name; plain UTF-16 without one is little-endian in all that is seen.</summary>
    private static bool IsBigEndian(byte[] body, string charset) => body switch
    {
        [0xFE, 0xFF, ..] => true,
        [0xFF, 0xFE, ..] => false,
        _ => charset.EndsWith("BE", StringComparison.OrdinalIgnoreCase),
    };

    private static bool IsUtf16(string charset) => charset.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase);
}
