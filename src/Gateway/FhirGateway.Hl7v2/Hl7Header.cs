using System.Text;

namespace FhirGateway.Hl7v2;

/// <summary>
/// The header segment of a message (MSH), batch (BHS) or file (FHS), read from the bytes by position and without decoding.
/// Header fields are ASCII-readable in every character set that MLLP can carry.
/// </summary>
public readonly struct Hl7Header
{
    private readonly ReadOnlyMemory<byte> segment;

    private Hl7Header(ReadOnlyMemory<byte> segment, Hl7Delimiters delimiters)
    {
        this.segment = segment;
        Delimiters = delimiters;
    }

    public Hl7Delimiters Delimiters { get; }

    /// <summary>Reads the header that starts a message, after an optional BOM and blank lines.</summary>
    /// <returns>False if the bytes do not start with <paramref name="name"/> (MSH if left out) or its delimiters are unusable.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> message, out Hl7Header header, string name = "MSH")
    {
        header = default;
        var body = SkipLeading(message);
        var span = body.Span;
        if (span.Length < 4 || span[0] != name[0] || span[1] != name[1] || span[2] != name[2])
            return false;
        if (!Hl7Delimiters.TryRead(span, out var delimiters))
            return false;
        var end = span.IndexOfAny((byte)'\r', (byte)'\n');
        header = new Hl7Header(end < 0 ? body : body[..end], delimiters);
        return true;
    }

    /// <summary>The bytes from the first one that is neither part of a BOM nor blank.</summary>
    public static ReadOnlyMemory<byte> SkipLeading(ReadOnlyMemory<byte> message)
    {
        var span = message.Span;
        var n = span.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (n < span.Length && span[n] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t' or 0)
            n++;
        return message[n..];
    }

    /// <summary>Field <paramref name="n"/> as sent; empty if absent. MSH-1 is the separator itself.</summary>
    public ReadOnlySpan<byte> Field(int n)
    {
        var rest = segment.Span;
        if (rest.Length < 4)
            return [];
        if (n == 1)
            return rest.Slice(3, 1);
        var separator = (byte)Delimiters.Field;
        for (var i = 1; i < n; i++)
        {
            var at = rest.IndexOf(separator);
            if (at < 0)
                return [];
            rest = rest[(at + 1)..];
        }
        var end = rest.IndexOf(separator);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>Component <paramref name="component"/> (1-based) of the first repetition of field <paramref name="field"/>, as sent, blanks trimmed.</summary>
    public ReadOnlySpan<byte> Component(int field, int component)
    {
        var rest = Field(field);
        var end = rest.IndexOf((byte)Delimiters.Repetition);
        if (end >= 0)
            rest = rest[..end];
        for (var i = 1; i < component; i++)
        {
            var at = rest.IndexOf((byte)Delimiters.Component);
            if (at < 0)
                return [];
            rest = rest[(at + 1)..];
        }
        end = rest.IndexOf((byte)Delimiters.Component);
        return (end < 0 ? rest : rest[..end]).Trim((byte)' ');
    }

    /// <summary>A component as text, or null if it is empty or the HL7 null.</summary>
    public string? Text(int field, int component)
    {
        var value = Component(field, component);
        return value.IsEmpty || value.SequenceEqual("\"\""u8) ? null : Encoding.UTF8.GetString(value);
    }
}
