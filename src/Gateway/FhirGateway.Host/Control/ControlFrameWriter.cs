using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Host.Control;

/// <summary>A text writer whose text goes to the client as frames. What a gone client cannot take is dropped: its command is cancelled anyway.</summary>
internal sealed class ControlFrameWriter(NetworkStream stream, ControlFrame kind, SemaphoreSlim gate) : TextWriter
{
    private const int MostCharacters = 8 * 1024;
    private readonly StringBuilder pending = new();
    private readonly Lock pendingGate = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (pendingGate)
            pending.Append(value);
        if (value == '\n' || pending.Length >= MostCharacters)
            Flush();
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(buffer.Length, MostCharacters)];
            lock (pendingGate)
                pending.Append(part);
            buffer = buffer[part.Length..];
            if (part.Contains('\n') || pending.Length >= MostCharacters)
                Flush();
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush()
    {
        if (Take() is not { } bytes)
            return;
        gate.Wait();
        try
        {
            stream.Write(Frame(kind, bytes));
        }
        catch (IOException)
        {
            // The client is gone.
        }
        finally
        {
            gate.Release();
        }
    }

    public override async Task FlushAsync()
    {
        if (Take() is not { } bytes)
            return;
        await gate.WaitAsync();
        try
        {
            await stream.WriteAsync(Frame(kind, bytes));
        }
        catch (IOException)
        {
            // The client is gone.
        }
        finally
        {
            gate.Release();
        }
    }

    public static byte[] Frame(ControlFrame kind, ReadOnlySpan<byte> content)
    {
        var frame = new byte[5 + content.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), content.Length);
        content.CopyTo(frame.AsSpan(5));
        return frame;
    }

    private byte[]? Take()
    {
        lock (pendingGate)
        {
            // Half of a surrogate pair waits for the other half.
            var length = pending.Length > 0 && char.IsHighSurrogate(pending[^1]) ? pending.Length - 1 : pending.Length;
            if (length == 0)
                return null;
            var bytes = Encoding.UTF8.GetBytes(pending.ToString(0, length));
            pending.Remove(0, length);
            return bytes;
        }
    }
}
