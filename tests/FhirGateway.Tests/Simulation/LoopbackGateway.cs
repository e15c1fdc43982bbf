using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests.Simulation;

/// <summary>A hand-made gateway's HTTP side on loopback: checks assertions and tokens, keeps what was uploaded, serves what it is given.</summary>
internal sealed class LoopbackGateway : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private int tokens;

    private LoopbackGateway()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/auth/token", TokenAsync);
        app.MapPost("/intake/{kind}", IntakeAsync);
        app.MapGet("/streams/{stream}", StreamAsync);
    }

    internal Uri Address => new(app.Urls.Single());
    internal ConcurrentQueue<(string Kind, string? FileName, string? ContentType, byte[] Body)> Uploads { get; } = [];
    internal ConcurrentQueue<string> Jtis { get; } = [];

    /// <summary>Lines of every stream.</summary>
    internal List<string> Lines { get; } = [];

    /// <summary>Requests to answer 401 and 503, and answers to tear in the middle of a line.</summary>
    internal int Unauthorized;
    internal int Unavailable;
    internal int Torn;

    internal static async Task<LoopbackGateway> StartAsync()
    {
        var gateway = new LoopbackGateway();
        await gateway.app.StartAsync();
        return gateway;
    }

    internal byte[] ClientFile()
    {
        var p = key.ExportParameters(includePrivateParameters: true);
        static string Text(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
        return Encoding.UTF8.GetBytes($$"""
            {"client_id":"c1","token_endpoint":"{{Address}}auth/token","base_url":"{{Address}}","key":{"kty":"EC","crv":"P-384","kid":"k1","x":"{{Text(p.Q.X)}}","y":"{{Text(p.Q.Y)}}","d":"{{Text(p.D)}}"} }
            """);
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var parts = form["client_assertion"].ToString().Split('.');
        var (header, claims) = (Json(parts[0]), Json(parts[1]));
        var good = form["grant_type"] == "client_credentials"
            && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && header.GetProperty("alg").GetString() == "ES384" && header.GetProperty("kid").GetString() == "k1"
            && claims.GetProperty("iss").GetString() == "c1" && claims.GetProperty("sub").GetString() == "c1"
            && claims.GetProperty("aud").GetString() == $"{Address}auth/token"
            && claims.GetProperty("exp").GetInt64() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() is > 0 and <= 300
            && key.VerifyData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA384);
        if (!good)
            return Results.BadRequest();
        Jtis.Enqueue(claims.GetProperty("jti").GetString()!);
        return Results.Text($$"""{"access_token":"t{{Interlocked.Increment(ref tokens)}}","token_type":"bearer","expires_in":300}""", "application/json");
    }

    private async Task<IResult> IntakeAsync(string kind, HttpRequest request)
    {
        using var body = new MemoryStream();
        if (request.Headers.ContentEncoding == "gzip")
            await new GZipStream(request.Body, CompressionMode.Decompress).CopyToAsync(body);
        else
            await request.Body.CopyToAsync(body);
        if (!request.Headers.Authorization.ToString().StartsWith("Bearer t", StringComparison.Ordinal) || Interlocked.Decrement(ref Unauthorized) >= 0)
            return Results.Unauthorized();
        Uploads.Enqueue((kind, request.Headers["X-File-Name"], request.ContentType, body.ToArray()));
        return Results.Text("""{"accepted":1}""", "application/json");
    }

    private async Task StreamAsync(string stream, HttpRequest request, HttpResponse response)
    {
        if (Interlocked.Decrement(ref Unavailable) >= 0)
        {
            response.StatusCode = 503;
            return;
        }
        var after = int.Parse(request.Query["after"]!, CultureInfo.InvariantCulture);
        foreach (var line in Lines.Skip(after))
        {
            if (Interlocked.Decrement(ref Torn) == 0)
            {
                await response.WriteAsync(line[..(line.Length / 2)]);
                return;
            }
            await response.WriteAsync(line + "\n");
        }
    }

    private static JsonElement Json(string part) => JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part)).RootElement;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }
}
