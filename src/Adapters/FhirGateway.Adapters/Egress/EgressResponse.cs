using System.IO.Compression;
using System.Net;

namespace FhirGateway.Adapters.Egress;

/// <summary>The headers of an answer, and its body while it lasts. Dispose it: it holds one of the origin's places.</summary>
public sealed class EgressResponse : IAsyncDisposable
{
    private const int FirstBuffer = 16 * 1024;
    private readonly HttpResponseMessage message;
    private readonly TimeProvider clock;
    private SemaphoreSlim? places;
    private Stream? body;

    internal EgressResponse(HttpResponseMessage message, Uri url, SemaphoreSlim places, TimeProvider clock)
    {
        this.message = message;
        this.clock = clock;
        this.places = places;
        Url = url;
    }

    public int Status => (int)message.StatusCode;
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The URL that answered, after redirects.</summary>
    public Uri Url { get; }

    /// <summary>Media type in lower case without parameters; null where none was given.</summary>
    public string? MediaType => Header("Content-Type") is { } text ? text.Split(';', ',')[0].Trim().ToLowerInvariant() : null;

    /// <summary>Announced length as received; null where none was.</summary>
    public long? ContentLength => message.Content.Headers.ContentLength;

    /// <summary>The body's end is marked by its last chunk, so that a body that was cut is a fault.</summary>
    public bool IsChunked => message.Headers.TransferEncodingChunked ?? false;

    /// <summary>Retry-After, by <see cref="RetryAfterReader"/>; null where absent or unreadable.</summary>
    public TimeSpan? RetryAfter => RetryAfterReader.Read(Header("Retry-After"), clock.GetUtcNow());

    /// <summary>The compression of the body: empty or <c>gzip</c>; anything else, or several, throws <see cref="EgressException"/>.</summary>
    public string ContentEncoding => (Header("Content-Encoding") ?? "").Trim().ToLowerInvariant() switch
    {
        "" or "identity" => "",
        "gzip" or "x-gzip" => "gzip",
        _ => throw new EgressException(EgressFaultCode.EncodingRefused, Url, "a content encoding other than gzip"),
    };

    /// <summary>Where a redirect leads; null if it is none.</summary>
    internal string? Location => message.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect ? Header("Location") : null;

    /// <summary>A header of the answer or of its content, several values joined by comma; null where absent.</summary>
    public string? Header(string name)
    {
        if (message.Headers.NonValidated.TryGetValues(name, out var values))
            return string.Join(", ", values);
        return message.Content.Headers.NonValidated.TryGetValues(name, out values) ? string.Join(", ", values) : null;
    }

    /// <summary>The body, once. Reads throw <see cref="EgressException"/> at the budget's limits and where it is cut off.</summary>
    public async Task<Stream> OpenAsync(EgressBudget budget, EgressBody mode, CancellationToken cancellationToken)
    {
        if (body is not null)
            throw new InvalidOperationException("a body is read once");
        var encoding = ContentEncoding;
        if (ContentLength > budget.MostBytes)
            throw new EgressException(EgressFaultCode.TooLarge, Url, $"more than {budget.MostBytes} bytes are announced");
        var received = new MeteredStream(await message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), budget, Url, clock);
        body = received;
        if (mode == EgressBody.Decoded && encoding.Length > 0)
            body = new InflatedStream(new GZipStream(received, CompressionMode.Decompress), received, budget, Url);
        return body;
    }

    /// <summary>The whole body, inflated, of a document that is known to be small.</summary>
    public async Task<byte[]> ReadAsync(int mostBytes, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(EgressBudget.Document(mostBytes), EgressBody.Decoded, cancellationToken).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[FirstBuffer];
        int n;
        while ((n = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            content.Write(buffer, 0, n);
        return content.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref places, null) is not { } held)
            return;
        if (body is not null)
            await body.DisposeAsync().ConfigureAwait(false);
        message.Dispose();
        try
        {
            held.Release();
        }
        catch (ObjectDisposedException)
        {
            // The client was disposed before its last answer: nobody waits for the place.
        }
    }
}
