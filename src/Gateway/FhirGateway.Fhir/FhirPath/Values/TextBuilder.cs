using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>A text of parts, within the limits of the evaluation.</summary>
internal sealed class TextBuilder(PathMachine machine)
{
    private byte[] buffer = new byte[256];
    private int length;

    public TextBuilder Add(ReadOnlySpan<byte> part)
    {
        if (length + part.Length > buffer.Length)
        {
            // The room is asked for to count it; the text is made at the end.
            if (machine.Make(length + part.Length).Length < length + part.Length)
                return this;
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + part.Length));
        }
        part.CopyTo(buffer.AsSpan(length));
        length += part.Length;
        return this;
    }

    public TextBuilder Add(Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        return Add(bytes[..rune.EncodeToUtf8(bytes)]);
    }

    public PathItem Made() => PathItem.OfText(buffer, 0, length);
}
