using System.Collections.Frozen;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Simulation.Http;

/// <summary>Reads the requests of one connection (RFC 9112), one after the other.</summary>
internal sealed class RequestReader(NetworkStream stream, int port, TimeProvider time)
{
    private const int MostHead = 64 * 1024;
    private const int MostBody = 64 * 1024 * 1024;
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>The next request; null where the peer closed.</summary>
    /// <exception cref="InvalidDataException">What came is no HTTP/1.1 request, or too much of it.</exception>
    public async Task<RecordedRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (end - start > MostHead)
                throw new InvalidDataException("The head of the request is too long");
            if (!await FillAsync(cancellationToken))
                return null;
        }

        var lines = Encoding.Latin1.GetString(buffer, start, length).Split("\r\n");
        start += length + 4;
        var words = lines[0].Split(' ');
        if (words.Length != 3)
            throw new InvalidDataException("No request line");
        var headers = lines.Skip(1).Select(Field).GroupBy(f => f.Name, f => f.Value, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(g => g.Key, g => string.Join(", ", g), StringComparer.OrdinalIgnoreCase);
        var body = await BodyAsync(headers, cancellationToken);
        var query = words[1].IndexOf('?', StringComparison.Ordinal);
        return new RecordedRequest
        {
            Method = words[0],
            Path = query < 0 ? words[1] : words[1][..query],
            Query = query < 0 ? [] : RecordedRequest.ParseForm(words[1][(query + 1)..]),
            Headers = headers,
            Body = body,
            At = time.GetUtcNow(),
            Port = port,
        };
    }

    private static (string Name, string Value) Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (line[..colon], line[(colon + 1)..].Trim()) : throw new InvalidDataException("A header field without colon");
    }

    private async Task<byte[]> BodyAsync(FrozenDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue("Transfer-Encoding", out var coding) && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            return await ChunksAsync(cancellationToken);
        if (!headers.TryGetValue("Content-Length", out var text))
            return [];
        var length = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return length <= MostBody ? await TakeAsync(length, cancellationToken) : throw new InvalidDataException("The body is too long");
    }

    private async Task<byte[]> ChunksAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = await LineAsync(cancellationToken);
            var length = int.Parse(size.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (body.Length + length > MostBody)
                throw new InvalidDataException("The body is too long");
            if (length == 0)
                break;
            body.Write(await TakeAsync(length, cancellationToken));
            await LineAsync(cancellationToken);
        }

        while ((await LineAsync(cancellationToken)).Length > 0)
        {
            // Trailer fields mean nothing here.
        }

        return body.ToArray();
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
            if (end - start > MostHead || !await FillAsync(cancellationToken))
                throw new InvalidDataException("The body ends within a chunk");
        var line = Encoding.Latin1.GetString(buffer, start, length);
        start += length + 2;
        return line;
    }

    private async Task<byte[]> TakeAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        var held = Math.Min(length, end - start);
        buffer.AsSpan(start, held).CopyTo(bytes);
        start += held;
        await stream.ReadExactlyAsync(bytes.AsMemory(held), cancellationToken);
        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        return read > 0;
    }
}
