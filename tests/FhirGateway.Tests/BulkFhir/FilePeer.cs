using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

/// <summary>A file server that cuts, changes and lies as it is told.</summary>
internal sealed partial class FilePeer : IAsyncDisposable
{
    private int asked;

    public FilePeer() => Http = LoopbackPeer.Start(AnswerAsync);

    public enum Ending
    {
        Length,
        Chunked,
        Close,
    }

    public LoopbackPeer Http { get; }
    public byte[] Content { get; set; } = [];
    public string? ETag { get; set; } = "\"v1\"";
    public string? LastModified { get; set; }
    public string? Encoding { get; set; }
    public string Type { get; set; } = "application/fhir+ndjson";
    public Ending End { get; set; }

    /// <summary>Range is understood.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>If-Range is understood; a server that does not breaks the standard.</summary>
    public bool ChecksIfRange { get; set; } = true;

    /// <summary>Headers of a 206 other than they should be.</summary>
    public Func<IEnumerable<string>, IEnumerable<string>> Lie { get; set; } = h => h;

    /// <summary>Told the number of the request, from 1, before it is answered.</summary>
    public Action<int> Before { get; set; } = _ => { };

    /// <summary>Bytes of the body after which request number N is cut; null for none.</summary>
    public Func<int, int?> CutAfter { get; set; } = _ => null;

    /// <summary>Another answer in place of the file; false if it did not answer.</summary>
    public Func<PeerRequest, Stream, int, Task<bool>>? Instead { get; set; }

    public IReadOnlyList<PeerRequest> Requests => [.. Http.Requests];

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    private async Task<bool> AnswerAsync(PeerRequest request, Stream stream)
    {
        var number = Interlocked.Increment(ref asked);
        Before(number);
        if (Instead is not null && await Instead(request, stream, number))
            return true;
        var (content, from) = (Content, From(request));
        List<string> headers = [$"Content-Type: {Type}", "Date: " + new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture)];
        if (ETag is not null)
            headers.Add("ETag: " + ETag);
        if (LastModified is not null)
            headers.Add("Last-Modified: " + LastModified);
        if (Encoding is not null)
            headers.Add("Content-Encoding: " + Encoding);
        if (from > content.Length)
            return await LoopbackPeer.WriteAsync(stream, "416 Range Not Satisfiable", "", $"Content-Range: bytes */{content.Length}");
        if (from is { } start)
            headers.Add($"Content-Range: bytes {start}-{content.Length - 1}/{content.Length}");
        return await SendAsync(stream, from is null ? "200 OK" : "206 Partial Content", content.AsMemory(from ?? 0), from is null ? headers : Lie(headers), CutAfter(number));
    }

    private int? From(PeerRequest request)
    {
        if (!Ranges || request.Header("Range") is not { } range)
            return null;
        var condition = request.Header("If-Range");
        if (ChecksIfRange && condition is not null && condition != ETag && condition != LastModified)
            return null;
        return int.Parse(RangeStart().Match(range).Groups[1].Value);
    }

    private async Task<bool> SendAsync(Stream stream, string status, ReadOnlyMemory<byte> body, IEnumerable<string> headers, int? cut)
    {
        string[] framing = End switch { Ending.Length => [$"Content-Length: {body.Length}"], Ending.Chunked => ["Transfer-Encoding: chunked"], _ => ["Connection: close"] };
        await LoopbackPeer.HeadAsync(stream, status, [.. headers, .. framing]);
        var sent = cut is { } most && most < body.Length ? body[..most] : body;
        if (End != Ending.Chunked)
        {
            await stream.WriteAsync(sent);
            return sent.Length == body.Length && End == Ending.Length;
        }

        for (var at = 0; at < sent.Length; at += 1000)
            await LoopbackPeer.ChunkAsync(stream, sent.Slice(at, Math.Min(1000, sent.Length - at)));
        if (sent.Length < body.Length)
            return false;
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        return true;
    }

    [GeneratedRegex(@"^bytes=(\d+)-$")]
    private static partial Regex RangeStart();
}
