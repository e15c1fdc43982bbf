using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace FhirGateway.Fhir.Json;

/// <summary>The text of JSON strings: escapes and the hash of names.</summary>
public static class JsonText
{
    /// <summary>A hash of a name, equal on every machine and run.</summary>
    public static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length * 0x9E3779B1u;
        while (name.Length >= 4)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt32LittleEndian(name)) * 0x85EBCA6Bu;
            hash ^= hash >> 15;
            name = name[4..];
        }
        foreach (var b in name)
            hash = (hash ^ b) * 0x01000193u;
        return hash ^ (hash >> 16);
    }

    /// <summary>Unescapes the text of a string that <see cref="JsonTape"/> accepted.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        return result.AsSpan(0, Unescape(text, result)).ToArray();
    }

    /// <summary>Unescapes into a buffer that is at least as long as the text.</summary>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> result)
    {
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var plain = text[i..].IndexOf((byte)'\\');
            if (plain < 0)
                plain = text.Length - i;
            text.Slice(i, plain).CopyTo(result[n..]);
            n += plain;
            i += plain;
            if (i >= text.Length)
                break;
            var c = text[++i];
            if (c != 'u')
            {
                result[n++] = c switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => c };
                continue;
            }
            var unit = Unit(text, i + 1);
            i += 4;
            var rune = char.IsHighSurrogate(unit) ? new Rune(unit, Unit(text, i + 3)) : new Rune(unit);
            if (char.IsHighSurrogate(unit))
                i += 6;
            n += rune.EncodeToUtf8(result[n..]);
        }
        return n;
    }

    /// <summary>Finds an escaped NUL or a surrogate without its pair in a text whose escapes are well formed.</summary>
    internal static JsonFault CheckEscapes(ReadOnlySpan<byte> text, int offset)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i..].IndexOf((byte)'\\');
            if (next < 0)
                break;
            var at = i + next;
            i = at + 1;
            if (text[i] != 'u')
                continue;
            var unit = Unit(text, i + 1);
            i += 4;
            if (unit == 0)
                return new(JsonFaultCode.NulCharacter, offset + at);
            if (char.IsLowSurrogate(unit))
                return new(JsonFaultCode.LoneSurrogate, offset + at);
            if (!char.IsHighSurrogate(unit))
                continue;
            if (i + 6 >= text.Length || text[i + 1] != '\\' || text[i + 2] != 'u' || !char.IsLowSurrogate(Unit(text, i + 3)))
                return new(JsonFaultCode.LoneSurrogate, offset + at);
            i += 6;
        }
        return default;
    }

    private static char Unit(ReadOnlySpan<byte> text, int at) =>
        Utf8Parser.TryParse(text.Slice(at, 4), out ushort unit, out var used, 'x') && used == 4 ? (char)unit : '\0';
}
