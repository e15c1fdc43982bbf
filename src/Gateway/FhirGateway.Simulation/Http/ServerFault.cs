using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FhirGateway.Simulation.Http;

/// <summary>One misbehaviour of a server. Where <see cref="Status"/> is set it answers in place of the server; else it spoils the server's own answer.</summary>
public sealed record ServerFault
{
    public int? Status { get; init; }
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];
    public string ContentType { get; init; } = "text/plain";
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Bytes of the body after which the connection ends, whatever length was told.</summary>
    public long? CutAt { get; init; }

    /// <summary>Whether the connection ends by a reset.</summary>
    public bool IsReset { get; init; }

    /// <summary>Before the first byte of the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Pace of the body; null for as fast as it goes.</summary>
    public int? BytesPerSecond { get; init; }
    public BodyFraming Framing { get; init; }

    /// <summary>The content is said to be another one than last time: each answer has an entity tag of its own.</summary>
    public bool ChangesEntity { get; init; }

    /// <summary>Bytes of zeros, deflated: a body of <see cref="Status"/> 200 that is small on the wire.</summary>
    public long? Inflated { get; init; }

    /// <summary>Asks to come later.</summary>
    /// <param name="retryAfter">Value of Retry-After, in whatever form; null for none.</param>
    public static ServerFault TooMany(string? retryAfter = "1") => Refuse(429, retryAfter);

    /// <summary>Refuses with an OperationOutcome whose issue is transient.</summary>
    public static ServerFault Refuse(int status, string? retryAfter = null) => new()
    {
        Status = status,
        ContentType = "application/fhir+json",
        Headers = retryAfter is null ? [] : [KeyValuePair.Create("Retry-After", retryAfter)],
        Body = """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient","diagnostics":"simulated fault"}]}"""u8.ToArray(),
    };

    /// <summary>A page for people, as a proxy gives it.</summary>
    public static ServerFault Page(int status) => new() { Status = status, ContentType = "text/html", Body = "<html><body>Service unavailable</body></html>"u8.ToArray() };

    public static ServerFault Redirect(Uri target, int status = 302) => new() { Status = status, Headers = [KeyValuePair.Create("Location", target.OriginalString)] };

    /// <summary>The true answer, cut.</summary>
    public static ServerFault Cut(long at, BodyFraming framing = BodyFraming.Natural, bool reset = false) => new() { CutAt = at, Framing = framing, IsReset = reset };

    public static ServerFault Slow(int bytesPerSecond) => new() { BytesPerSecond = bytesPerSecond };

    /// <summary>Nothing is answered for that long.</summary>
    public static ServerFault Silence(TimeSpan time) => new() { Delay = time };

    /// <summary>Other content with status 200.</summary>
    public static ServerFault Replace(string body, string contentType = "application/fhir+ndjson") => new() { Status = 200, ContentType = contentType, Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>gzip that swells.</summary>
    public static ServerFault Bomb(long inflated) => new() { Status = 200, ContentType = "application/fhir+ndjson", Inflated = inflated, Headers = [KeyValuePair.Create("Content-Encoding", "gzip")] };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"ServerFault({Status?.ToString(CultureInfo.InvariantCulture) ?? "own answer"}, cut {CutAt})");
}
