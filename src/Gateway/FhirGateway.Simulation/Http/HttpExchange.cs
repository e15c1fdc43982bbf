using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Simulation.Http;

/// <summary>A request and the answer to it, which may be made to fail at any byte.</summary>
public sealed class HttpExchange
{
    private const string Crlf = "\r\n";
    private static readonly byte[] Zeros = new byte[256 * 1024];
    private static int entities;
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly TimeProvider time;
    private readonly ServerFault? fault;

    internal HttpExchange(Socket socket, NetworkStream stream, RecordedRequest request, ServerFault? fault, TimeProvider time)
    {
        this.socket = socket;
        this.stream = stream;
        this.time = time;
        this.fault = fault;
        Request = request;
        IsKept = !"close".Equals(request.Header("Connection"), StringComparison.OrdinalIgnoreCase);
    }

    public RecordedRequest Request { get; }

    /// <summary>Whether another request may follow on the connection.</summary>
    internal bool IsKept { get; private set; }

    internal bool IsAnswered { get; private set; }

    /// <summary>Answers in place of the server where the fault says so.</summary>
    internal async Task AnswerByFaultAsync(CancellationToken cancellationToken)
    {
        if (fault is null)
            return;
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, time, cancellationToken);
        if (fault is { Status: { } status, Inflated: { } inflated })
            await SendAsync(status, fault.ContentType, fault.Headers, null, body => InflateAsync(body, inflated, cancellationToken), cancellationToken);
        else if (fault.Status is { } other)
            await AnswerAsync(other, fault.ContentType, fault.Body, cancellationToken, [.. fault.Headers]);
    }

    /// <summary>Answers with a body of known bytes.</summary>
    public Task AnswerAsync(int status, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, params KeyValuePair<string, string>[] headers) =>
        SendAsync(status, contentType, headers, body.Length, async stream => await stream.WriteAsync(body, cancellationToken), cancellationToken);

    /// <summary>Answers without a body.</summary>
    public Task AnswerAsync(int status, CancellationToken cancellationToken, params KeyValuePair<string, string>[] headers) =>
        AnswerAsync(status, null, default, cancellationToken, headers);

    /// <summary>Serves content with entity tag, single ranges under If-Range (RFC 9110 section 14), and gzip where the client takes it.</summary>
    public async Task ServeAsync(BulkContent content, string contentType, bool gzip, CancellationToken cancellationToken, params KeyValuePair<string, string>[] more)
    {
        var tag = fault is { ChangesEntity: true } ? "\"changed-" + Interlocked.Increment(ref entities).ToString(CultureInfo.InvariantCulture) + "\"" : content.EntityTag;
        List<KeyValuePair<string, string>> headers = [KeyValuePair.Create("ETag", tag), KeyValuePair.Create("Accept-Ranges", "bytes"), .. more];
        var condition = Request.Header("If-Range");
        if (Request.Header("Range") is { } range && (condition is null || condition == tag))
        {
            if (TryRange(range, content.Length, out var from, out var count))
            {
                headers.Add(KeyValuePair.Create("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + count - 1}/{content.Length}")));
                await SendAsync(206, contentType, headers, count, body => content.WriteAsync(body, from, count, cancellationToken), cancellationToken);
                return;
            }

            headers.Add(KeyValuePair.Create("Content-Range", "bytes */" + content.Length.ToString(CultureInfo.InvariantCulture)));
            await SendAsync(416, null, headers, 0, _ => Task.CompletedTask, cancellationToken);
            return;
        }

        if (gzip && Request.Header("Accept-Encoding")?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers[0] = KeyValuePair.Create("ETag", tag[..^1] + "-gzip\"");
            headers.Add(KeyValuePair.Create("Content-Encoding", "gzip"));
            await SendAsync(200, contentType, headers, null, body => CompressAsync(body, content, cancellationToken), cancellationToken);
            return;
        }

        await SendAsync(200, contentType, headers, content.Length, body => content.WriteAsync(body, 0, content.Length, cancellationToken), cancellationToken);
    }

    private async Task SendAsync(int status, string? contentType, IEnumerable<KeyValuePair<string, string>> headers, long? length, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        IsAnswered = true;
        var framing = fault?.Framing ?? BodyFraming.Natural;
        var chunked = framing == BodyFraming.Chunked || (framing == BodyFraming.Natural && length is null);
        IsKept &= framing != BodyFraming.Close;
        var head = new StringBuilder("HTTP/1.1 ").Append(status.ToString(CultureInfo.InvariantCulture)).Append(" Simulated").Append(Crlf);
        if (contentType is not null)
            head.Append("Content-Type: ").Append(contentType).Append(Crlf);
        foreach (var (name, value) in headers)
            head.Append(name).Append(": ").Append(value).Append(Crlf);
        if (chunked)
            head.Append("Transfer-Encoding: chunked").Append(Crlf);
        else if (framing == BodyFraming.Natural)
            head.Append("Content-Length: ").Append(length!.Value.ToString(CultureInfo.InvariantCulture)).Append(Crlf);
        if (!IsKept)
            head.Append("Connection: close").Append(Crlf);
        head.Append(Crlf);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), cancellationToken);
        if (Request.Method == "HEAD")
            return;
        await using var body = new BodyStream(socket, stream, chunked, fault, time);
        await write(body);
        await body.CompleteAsync(cancellationToken);
    }

    private static async Task CompressAsync(Stream body, BulkContent content, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true);
        await content.WriteAsync(compressed, 0, content.Length, cancellationToken);
    }

    private static async Task InflateAsync(Stream body, long count, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(body, CompressionLevel.Optimal, leaveOpen: true);
        for (; count > 0; count -= Zeros.Length)
            await compressed.WriteAsync(Zeros, cancellationToken);
    }

    private static bool TryRange(string range, long length, out long from, out long count)
    {
        (from, count) = (0, 0);
        var bounds = range.StartsWith("bytes=", StringComparison.Ordinal) ? range[6..].Split('-') : [];
        if (bounds.Length != 2 || !long.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out from) || from >= length)
            return false;
        var to = long.TryParse(bounds[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? Math.Min(last, length - 1) : length - 1;
        count = to - from + 1;
        return count > 0;
    }
}
