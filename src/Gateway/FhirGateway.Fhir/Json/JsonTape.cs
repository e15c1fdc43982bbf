using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FhirGateway.Fhir.Json;

/// <summary>
/// One JSON object, checked strictly (RFC 8259 and I-JSON, RFC 7493 section 2) and laid out as a flat row of tokens over
/// its own bytes, so that later steps read the tokens and parse nothing again. Reusable, one per worker, not thread-safe.
/// The tokens are valid as long as the bytes given to <see cref="Read"/> are.
/// </summary>
public sealed class JsonTape
{
    /// <summary>Levels of objects and arrays, the outermost counted.</summary>
    public const int MaxDepth = 64;

    /// <summary>Properties of one object.</summary>
    public const int MaxKeys = 1000;
    private const int FewKeys = 24;
    private const int KeptTokens = 1 << 16;

    private readonly int[] open = new int[MaxDepth];
    private readonly int[] keys = new int[MaxDepth];
    private readonly Dictionary<int, (int At, int Length)> unescaped = [];
    private JsonToken[] tokens = new JsonToken[512];
    private byte[] plain = [];
    private int plainLength;
    private int count;
    private int depth;

    /// <summary>The bytes that the tokens point into.</summary>
    public ReadOnlyMemory<byte> Json { get; private set; }
    public int Count => count;

    /// <summary>The row itself, for readers that cannot pay for a call per token; longer than <see cref="Count"/>.</summary>
    internal JsonToken[] Row => tokens;

    /// <summary>The token at <paramref name="index"/>; the outermost object is at 0.</summary>
    public JsonToken this[int index] => tokens[index];

    /// <summary>Reads one line. On a fault the tape is empty.</summary>
    public JsonFault Read(ReadOnlyMemory<byte> json)
    {
        Json = json;
        count = 0;
        depth = 0;
        if (unescaped.Count > 0)
            unescaped.Clear();
        plainLength = 0;
        if (plain.Length > KeptTokens)
            plain = [];
        if (tokens.Length > KeptTokens)
            tokens = new JsonToken[512];
        var fault = Scan(json.Span);
        if (!fault.IsNone)
            count = 0;
        return fault;
    }

    /// <summary>The text of a name, string or number as it stands in the line, escapes included; for an object or array all of it.</summary>
    public ReadOnlySpan<byte> Raw(int index) => Json.Span.Slice(tokens[index].Start, tokens[index].Length);

    /// <summary>The text of a string or number, unescaped.</summary>
    public string Text(int index) => tokens[index].IsEscaped
        ? Encoding.UTF8.GetString(Unescaped(index))
        : Encoding.UTF8.GetString(Raw(index));

    /// <summary>The unescaped bytes of a name or string.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => tokens[index].IsEscaped ? Unescaped(index) : Raw(index);

    public bool IsString(int index) => index >= 0 && tokens[index].Kind == JsonKind.String;

    /// <summary>The value of a property of the object at <paramref name="obj"/>, or -1. Anything but an object has none.</summary>
    public int Find(int obj, ReadOnlySpan<byte> name)
    {
        if (obj < 0 || tokens[obj].Kind != JsonKind.Object)
            return -1;
        var hash = (int)JsonText.Hash(name);
        var end = tokens[obj].Next;
        for (var i = obj + 1; i < end; i = tokens[i + 1].Next)
            if (tokens[i].Next == hash && Bytes(i).SequenceEqual(name))
                return i + 1;
        return -1;
    }

    /// <summary>The string value of a property, unescaped, or null.</summary>
    public string? FindText(int obj, ReadOnlySpan<byte> name)
    {
        var value = Find(obj, name);
        return IsString(value) ? Text(value) : null;
    }

    /// <summary>The first item if <paramref name="index"/> is an array, itself if it is another value, -1 if there is none.</summary>
    public int FirstItem(int index)
    {
        if (index < 0 || tokens[index].Kind != JsonKind.Array)
            return index;
        return tokens[index].Next == index + 1 ? -1 : index + 1;
    }

    /// <summary>The items of the array at <paramref name="index"/>; the value itself if it is no array, nothing for -1.</summary>
    public JsonItems Items(int index) => new(this, index);

    /// <summary>Each text is unescaped once. Spans that were handed out keep the buffer that they point into.</summary>
    private ReadOnlySpan<byte> Unescaped(int index)
    {
        if (unescaped.TryGetValue(index, out var known))
            return plain.AsSpan(known.At, known.Length);
        var raw = Raw(index);
        if (plainLength + raw.Length > plain.Length)
            Array.Resize(ref plain, Math.Max(256, (plainLength + raw.Length) * 2));
        var length = JsonText.Unescape(raw, plain.AsSpan(plainLength));
        unescaped.Add(index, (plainLength, length));
        plainLength += length;
        return plain.AsSpan(plainLength - length, length);
    }

    private JsonFault Scan(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return new(JsonFaultCode.InvalidUtf8, FirstInvalid(json));
        if (json.StartsWith("\uFEFF"u8))
            return new(JsonFaultCode.Syntax, 0);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth + 2 });
        try
        {
            while (reader.Read())
            {
                var fault = Take(ref reader);
                if (!fault.IsNone)
                    return fault;
            }
        }
        catch (JsonException)
        {
            var position = (int)reader.BytesConsumed;
            if (json.IndexOf((byte)0) is >= 0 and var nul)
                return new(JsonFaultCode.NulCharacter, nul);
            return new(IsBlank(json) ? JsonFaultCode.Empty : JsonFaultCode.Syntax, position);
        }
        return count == 0 ? new(JsonFaultCode.Empty, 0) : default;
    }

    private JsonFault Take(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
            case JsonTokenType.StartArray:
                if (depth == MaxDepth)
                    return new(JsonFaultCode.TooDeep, start);
                if (depth == 0 && reader.TokenType != JsonTokenType.StartObject)
                    return new(JsonFaultCode.NotAnObject, start);
                open[depth] = count;
                keys[depth++] = 0;
                Add(new(start, 0, 0, reader.TokenType == JsonTokenType.StartObject ? JsonKind.Object : JsonKind.Array, false));
                return default;
            case JsonTokenType.EndObject:
            case JsonTokenType.EndArray:
                return Close(start);
            case JsonTokenType.PropertyName:
                if (++keys[depth - 1] > MaxKeys)
                    return new(JsonFaultCode.TooManyKeys, start);
                return AddText(ref reader, start, JsonKind.Name);
            case JsonTokenType.String:
                return AddText(ref reader, start, JsonKind.String);
            default:
                return AddLiteral(ref reader, start);
        }
    }

    private JsonFault AddLiteral(ref Utf8JsonReader reader, int start)
    {
        if (depth == 0)
            return new(JsonFaultCode.NotAnObject, start);
        var kind = reader.TokenType switch
        {
            JsonTokenType.Number => JsonKind.Number,
            JsonTokenType.True => JsonKind.True,
            JsonTokenType.False => JsonKind.False,
            _ => JsonKind.Null,
        };
        Add(new(start, reader.ValueSpan.Length, count + 1, kind, false));
        return default;
    }

    private JsonFault AddText(ref Utf8JsonReader reader, int start, JsonKind kind)
    {
        if (depth == 0)
            return new(JsonFaultCode.NotAnObject, start);
        var text = reader.ValueSpan;
        var escaped = reader.ValueIsEscaped;
        if (escaped)
        {
            var fault = JsonText.CheckEscapes(text, start + 1);
            if (!fault.IsNone)
                return fault;
        }
        var next = count + 1;
        if (kind == JsonKind.Name)
            next = (int)JsonText.Hash(escaped ? JsonText.Unescape(text) : text);
        Add(new(start + 1, text.Length, next, kind, escaped));
        return default;
    }

    private JsonFault Close(int end)
    {
        depth--;
        var index = open[depth];
        ref var token = ref tokens[index];
        token = token with { Length = end + 1 - token.Start, Next = count };
        return token.Kind == JsonKind.Object && keys[depth] > 1 ? CheckKeys(index, keys[depth]) : default;
    }

    private JsonFault CheckKeys(int obj, int number)
    {
        if (number > FewKeys)
            return CheckManyKeys(obj, number);
        Span<int> names = stackalloc int[FewKeys];
        var n = 0;
        for (var i = obj + 1; i < count; i = tokens[i + 1].Next)
        {
            var hash = tokens[i].Next;
            for (var j = 0; j < n; j++)
                if (tokens[names[j]].Next == hash && Bytes(names[j]).SequenceEqual(Bytes(i)))
                    return new(JsonFaultCode.DuplicateKey, tokens[i].Start);
            names[n++] = i;
        }
        return default;
    }

    private JsonFault CheckManyKeys(int obj, int number)
    {
        var names = new int[number];
        var n = 0;
        for (var i = obj + 1; i < count; i = tokens[i + 1].Next)
            names[n++] = i;
        var hashes = Array.ConvertAll(names, i => tokens[i].Next);
        Array.Sort(hashes, names);
        for (var i = 1; i < number; i++)
            for (var j = i - 1; j >= 0 && hashes[j] == hashes[i]; j--)
                if (Bytes(names[i]).SequenceEqual(Bytes(names[j])))
                    return new(JsonFaultCode.DuplicateKey, tokens[Math.Max(names[i], names[j])].Start);
        return default;
    }

    private void Add(JsonToken token)
    {
        if (count == tokens.Length)
            Array.Resize(ref tokens, count * 2);
        tokens[count++] = token;
    }

    private static bool IsBlank(ReadOnlySpan<byte> json) => json.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static int FirstInvalid(ReadOnlySpan<byte> json)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(json[position..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            position += consumed;
        return position;
    }
}
