namespace FhirGateway.Adapters.Egress;

/// <summary>The headers of an answer, and its body while it lasts. Dispose it: it holds one of the origin's places.</summary>
public sealed class EgressResponse : IAsyncDisposable
{
    public int Status => throw new NotImplementedException();

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The URL that answered, after redirects.</summary>
    public Uri Url => throw new NotImplementedException();

    /// <summary>Media type in lower case without parameters; null where none was given.</summary>
    public string? MediaType => throw new NotImplementedException();

    /// <summary>Announced length as received; null where none was.</summary>
    public long? ContentLength => throw new NotImplementedException();

    /// <summary>The body's end is marked, so that a body that was cut is a fault.</summary>
    public bool IsChunked => throw new NotImplementedException();

    /// <summary>Retry-After, by <see cref="RetryAfterReader"/>; null where absent or unreadable.</summary>
    public TimeSpan? RetryAfter => throw new NotImplementedException();

    /// <summary>A header of the answer or of its content, several values joined by comma; null where absent.</summary>
    public string? Header(string name) => throw new NotImplementedException();

    /// <summary>The body, once. Reads throw <see cref="EgressException"/> at the budget's limits and where it is cut off.</summary>
    public Task<Stream> OpenAsync(EgressBudget budget, EgressBody body, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The whole body, inflated, of a small document.</summary>
    public Task<byte[]> ReadAsync(int mostBytes, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
