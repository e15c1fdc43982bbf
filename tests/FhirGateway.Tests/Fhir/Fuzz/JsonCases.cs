using System.Text;

namespace FhirGateway.Tests.Fhir.Fuzz;

/// <summary>Hostile bytes and JSON: random bytes, JSON's pieces in disorder, resources with damage, deep nests, odd numbers and texts.</summary>
public sealed class JsonCases
{
    private const int MaxLength = 16 << 10;

    private static readonly byte[][] Pieces = [.. new[]
    {
        "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "1e999999", "-0", "1.0e-400", "123456789012345678901234567890", "-", "1.", "\"\"", "\" \"",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\u00e9\\n\\\"\"", "\"\\x\"", "\"#\"", "\"#x\"", "\"urn:uuid:\"", "\"Patient/\"",
        "\"resourceType\":\"Patient\"", "\"resourceType\":\"Bundle\"", "\"resourceType\":1", "\"contained\":[{\"resourceType\":\"Patient\"}]", "\"extension\":[{}]", "\"extension\":{}",
        "\"_birthDate\":{\"extension\":[]}", "\"_given\":[null]", "\"id\":\"x\"", "\"meta\":{\"profile\":[\"\"]}", "\"reference\":\"#x\"", "\"coding\":{}", "\"coding\":[]", "\"coding\":[1]",
        "\"valueQuantity\":{}", "\"value\":1", "\"div\":\"<div>\"", "\"url\":\"x\"", "\"url\":null", "[null]", "[{}]", "{}", "[[]]", "\"9999-12-31T23:59:60Z\"", "\"0000\"",
    }.Select(Encoding.UTF8.GetBytes), [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0x00], [0xFF]];

    /// <summary>The pieces that are values, or members that become one in braces.</summary>
    private static readonly byte[][] Values = [.. Pieces.Where(p => p.Length > 1 && p[0] is (byte)'"' or (byte)'[' or (byte)'{' or (byte)'1' or (byte)'-' or (byte)'t' or (byte)'n' && !(p.Length == 2 && p[1] == '.'))];

    private static readonly (string Open, string Close)[] Nests =
    [
        ("[", "]"), ("{\"a\":", "}"), ("{\"resourceType\":\"Patient\",\"contained\":[", "]}"), ("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":", "}]}"),
        ("{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"x\",\"extension\":[", "]}]}"), ("{\"resourceType\":\"Questionnaire\",\"item\":[", "]}"),
        ("{\"resourceType\":\"QuestionnaireResponse\",\"item\":[{\"item\":[", "]}]}"), ("{\"resourceType\":\"Parameters\",\"parameter\":[{\"part\":[", "]}]}"),
    ];

    private readonly byte[][] resources;
    private readonly byte[] buffer = new byte[MaxLength];
    private int length;

    /// <param name="resources">Good resources to damage, smaller than 8 kB.</param>
    public JsonCases(IEnumerable<string> resources) => this.resources = [.. resources.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The bytes of one case, valid until the next.</summary>
    public ReadOnlyMemory<byte> Make(int seed, long number)
    {
        var random = FuzzRandom.Of(seed, number);
        length = 0;
        switch (random.Next(16))
        {
            case 0:
                for (var i = random.Next(64); i > 0; i--)
                    Put((byte)random.Next(256));
                break;
            case 1 or 2:
                for (var i = random.Next(40); i > 0; i--)
                    Put(Pieces[random.Next(Pieces.Length)]);
                break;
            case 3:
                Nest(ref random);
                break;
            default:
                Damage(ref random);
                break;
        }
        return buffer.AsMemory(0, length);
    }

    private void Nest(ref FuzzRandom random)
    {
        var (open, close) = Nests[random.Next(Nests.Length)];
        var isPlain = random.Next(2) == 0;
        var levels = random.Next(80);
        Put(isPlain ? "{\"x\":"u8 : "{\"resourceType\":\"Patient\",\"contained\":["u8);
        for (var i = 0; i < levels; i++)
            Put(Encoding.ASCII.GetBytes(open));
        if (random.Next(2) == 0)
            Put(Pieces[random.Next(Pieces.Length)]);
        for (var i = random.Next(8) == 0 ? 1 : 0; i < levels; i++)
            Put(Encoding.ASCII.GetBytes(close));
        Put(isPlain ? "}"u8 : "]}"u8);
    }

    private void Damage(ref FuzzRandom random)
    {
        Put(resources[random.Next(resources.Length)]);
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(length);
            switch (random.Next(16))
            {
                case 0:
                    buffer[at] = (byte)random.Next(256);
                    break;
                case 1:
                    Cut(at, random.Next(12));
                    break;
                case 2:
                    Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 3:
                    Insert(at, buffer.AsSpan(random.Next(length), Math.Min(random.Next(64), length - at)).ToArray());
                    break;
                default:
                    ReplaceValue(at, ref random);
                    break;
            }
        }
    }

    /// <summary>Puts a piece in the place of the value after the next colon, so that the whole stays JSON more often than not.</summary>
    private void ReplaceValue(int at, ref FuzzRandom random)
    {
        var colon = buffer.AsSpan(at, length - at).IndexOf((byte)':');
        if (colon < 0)
            return;
        var start = at + colon + 1;
        var end = start;
        var depth = 0;
        var inText = false;
        for (; end < length; end++)
        {
            var b = buffer[end];
            if (inText && b == '\\')
                end++;
            else if (b == '"')
                inText = !inText;
            else if (!inText && b is (byte)'{' or (byte)'[')
                depth++;
            else if (!inText && (b is (byte)'}' or (byte)']') && depth-- == 0)
                break;
            if (!inText && depth == 0 && end + 1 < length && buffer[end + 1] is (byte)',' or (byte)'}' or (byte)']')
            {
                end++;
                break;
            }
        }
        end = Math.Min(end, length);
        Cut(start, end - start);
        // Mostly what leaves the whole JSON.
        var piece = random.Next(8) == 0 ? Pieces[random.Next(Pieces.Length)] : Values[random.Next(Values.Length)];
        if (piece.AsSpan().IndexOf("\":"u8) > 0)
            piece = [(byte)'{', .. piece, (byte)'}'];
        Insert(start, piece);
    }

    private void Cut(int at, int count)
    {
        count = Math.Min(count, length - at);
        buffer.AsSpan(at + count, length - at - count).CopyTo(buffer.AsSpan(at));
        length -= count;
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > MaxLength)
            return;
        buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + bytes.Length));
        bytes.CopyTo(buffer.AsSpan(at));
        length += bytes.Length;
    }

    private void Put(byte b) => buffer[length++] = b;

    private void Put(ReadOnlySpan<byte> bytes) => Insert(length, bytes);
}
