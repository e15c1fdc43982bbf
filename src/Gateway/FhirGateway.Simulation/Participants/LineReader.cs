namespace FhirGateway.Simulation.Participants;

/// <summary>Splits a stream of bytes at LF; refuses a line that is longer than the limit before it grows any further.</summary>
internal sealed class LineReader(Stream stream, int maximumLine)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The next line without its LF, valid until the next call; null at the end. A last line without LF counts as torn and is not given.</summary>
    /// <exception cref="InvalidDataException">A line is longer than the limit.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = start;
        while (true)
        {
            var at = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = buffer.AsMemory(start, searched + at - start);
                start = searched + at + 1;
                return line;
            }
            MakeRoom();
            searched = end;
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
                return null;
            end += read;
        }
    }

    /// <summary>Makes room behind <see cref="end"/>.</summary>
    private void MakeRoom()
    {
        if (end < buffer.Length)
            return;
        if (start == 0)
        {
            if (buffer.Length >= maximumLine)
                throw new InvalidDataException($"A line of the stream is longer than {maximumLine} bytes");
            Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maximumLine));
            return;
        }
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
    }
}
