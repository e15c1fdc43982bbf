using System.Buffers.Text;
using System.Text;

namespace FhirGateway.Simulation.Text;

/// <summary>A growing UTF-8 buffer for writing the same few shapes very often.</summary>
internal sealed class TextBuffer(int capacity = 4_096)
{
    private byte[] bytes = new byte[capacity];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    internal TextBuffer Add(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
        return this;
    }

    internal TextBuffer Add(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    internal TextBuffer Add(Guid id)
    {
        Utf8Formatter.TryFormat(id, Reserve(36), out var written, 'D');
        Length += written;
        return this;
    }

    internal TextBuffer Add(int number)
    {
        Utf8Formatter.TryFormat(number, Reserve(11), out var written);
        Length += written;
        return this;
    }

    /// <summary>A number with leading zeros to at least <paramref name="digits"/> digits.</summary>
    internal TextBuffer AddPadded(int number, int digits)
    {
        Utf8Formatter.TryFormat(number, Reserve(Math.Max(digits, 11)), out var written, new System.Buffers.StandardFormat('D', (byte)digits));
        Length += written;
        return this;
    }

    /// <summary>An amount with two decimals.</summary>
    internal TextBuffer AddCents(int cents) => Add(cents / 100).Add("."u8).AddPadded(cents % 100, 2);

    /// <summary><c>yyyy-MM-dd</c></summary>
    internal TextBuffer AddIso(DateOnly day) =>
        AddPadded(day.Year, 4).Add("-"u8).AddPadded(day.Month, 2).Add("-"u8).AddPadded(day.Day, 2);

    /// <summary><c>yyyyMMdd</c></summary>
    internal TextBuffer AddHl7(DateOnly day) => AddPadded(day.Year * 10_000 + day.Month * 100 + day.Day, 8);

    /// <summary><c>yyyyMMddHHmmss-0700</c></summary>
    internal TextBuffer AddHl7(DateTime time) =>
        AddHl7(DateOnly.FromDateTime(time)).AddPadded(time.Hour * 10_000 + time.Minute * 100 + time.Second, 6).Add("-0700"u8);

    private Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
        return bytes.AsSpan(Length);
    }
}
