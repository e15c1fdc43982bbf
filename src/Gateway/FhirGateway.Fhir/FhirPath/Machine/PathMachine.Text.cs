using System.Buffers.Text;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Texts: those of the tape are read in place, those that are made live until the evaluation ends.</summary>
internal sealed partial class PathMachine
{
    private byte[] text = new byte[1024];
    private int textUsed;
    private long textTotal;
    private char[] chars = new char[256];
    private readonly List<(byte[] Bytes, string Value)> interned = [];

    public ReadOnlySpan<byte> Raw(int token) => json.AsSpan(jsonStart + tokens[token].Start, tokens[token].Length);

    /// <summary>The text of a string or number token.</summary>
    public PathItem TokenText(int token)
    {
        ref readonly var t = ref tokens[token];
        return t.IsEscaped ? Unescape(token) : PathItem.OfText(json, jsonStart + t.Start, t.Length);
    }

    /// <summary>The unescaped bytes of a string token.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => tokens[token].IsEscaped ? Unescape(token).Text : Raw(token);

    /// <summary>Room for a text, which <see cref="Made"/> closes; empty if it would be too much.</summary>
    public Span<byte> Make(int length)
    {
        textTotal += length;
        if (textTotal > limits.TextBytes || !Step(1 + (length >> 6)))
        {
            Fail("The expression makes more text than allowed", 0);
            return [];
        }
        if (textUsed + length > text.Length)
        {
            // Items made before keep the old array.
            text = new byte[Math.Max(length, Math.Min(text.Length * 2, 1 << 20))];
            textUsed = 0;
        }
        return text.AsSpan(textUsed, length);
    }

    /// <summary>The item of the text that was written into the room got last.</summary>
    public PathItem Made(int length)
    {
        var item = PathItem.OfText(text, textUsed, length);
        textUsed += length;
        return item;
    }

    public PathItem MakeText(string value)
    {
        var room = Make(Encoding.UTF8.GetByteCount(value));
        return room.IsEmpty ? PathItem.OfText([], 0, 0) : Made(Encoding.UTF8.GetBytes(value, room));
    }

    public PathItem MakeText(ReadOnlySpan<byte> value)
    {
        var room = Make(value.Length);
        if (room.Length < value.Length)
            return PathItem.OfText([], 0, 0);
        value.CopyTo(room);
        return Made(value.Length);
    }

    /// <summary>A text as one shared string: canonical URLs in arguments recur.</summary>
    public string Interned(ReadOnlySpan<byte> utf8)
    {
        foreach (var (bytes, value) in interned)
            if (utf8.SequenceEqual(bytes))
                return value;
        if (interned.Count == 256)
            interned.Clear();
        var made = Encoding.UTF8.GetString(utf8);
        interned.Add((utf8.ToArray(), made));
        return made;
    }

    /// <summary>The text in UTF-16, valid until the next call.</summary>
    public ReadOnlySpan<char> Chars(ReadOnlySpan<byte> utf8)
    {
        if (chars.Length < utf8.Length)
            chars = new char[Math.Max(utf8.Length, chars.Length * 2)];
        var status = Encoding.UTF8.TryGetChars(utf8, chars, out var count);
        return status ? chars.AsSpan(0, count) : [];
    }

    /// <summary>The text of an item that is a string, or an element whose value is one.</summary>
    public bool TryString(in PathItem item, out PathItem result)
    {
        result = item;
        if (item.Kind == ItemKind.String)
            return true;
        if (item is not { Kind: ItemKind.Node, Value: >= 0 } || tokens[item.Value].Kind != JsonKind.String)
            return false;
        if (item.Primitive == PrimitiveKind.None)
            return false;
        result = TokenText(item.Value);
        return true;
    }

    private PathItem Unescape(int token)
    {
        var raw = Raw(token);
        var room = Make(raw.Length);
        if (room.Length < raw.Length)
            return PathItem.OfText([], 0, 0);
        var n = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                room[n++] = raw[i];
                continue;
            }
            var c = raw[++i];
            if (c == 'u')
                n += Escaped(raw, ref i, room[n..]);
            else
                room[n++] = c switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => c };
        }
        return Made(n);
    }

    private static int Escaped(ReadOnlySpan<byte> raw, ref int i, Span<byte> to)
    {
        var unit = Unit(raw, i + 1);
        i += 4;
        var rune = new Rune('\uFFFD');
        if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
        }
        else if (i + 6 < raw.Length && Rune.TryCreate(unit, Unit(raw, i + 3), out var pair))
        {
            rune = pair;
            i += 6;
        }
        return rune.EncodeToUtf8(to);
    }

    private static char Unit(ReadOnlySpan<byte> raw, int at) =>
        Utf8Parser.TryParse(raw.Slice(at, 4), out ushort unit, out _, 'x') ? (char)unit : '\uFFFD';
}
