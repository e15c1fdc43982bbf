using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir;

public sealed class JsonTapeTests
{
    public static TheoryData<string, JsonFaultCode> BadLines => new()
    {
        { "", JsonFaultCode.Empty },
        { "  ", JsonFaultCode.Empty },
        { "hello", JsonFaultCode.Syntax },
        { "{\"a\":1", JsonFaultCode.Syntax },
        { "{\"a\":\"x", JsonFaultCode.Syntax },
        { "{\"a\":1,}", JsonFaultCode.Syntax },
        { "{\"a\":[1,]}", JsonFaultCode.Syntax },
        { "{/*c*/\"a\":1}", JsonFaultCode.Syntax },
        { "{\"a\":NaN}", JsonFaultCode.Syntax },
        { "{\"a\":1}{\"b\":2}", JsonFaultCode.Syntax },
        { "{\"a\":01}", JsonFaultCode.Syntax },
        { "\uFEFF{}", JsonFaultCode.Syntax },
        { "[1]", JsonFaultCode.NotAnObject },
        { "\"x\"", JsonFaultCode.NotAnObject },
        { "null", JsonFaultCode.NotAnObject },
        { "{\"a\":1,\"a\":2}", JsonFaultCode.DuplicateKey },
        { "{\"a\":1,\"\\u0061\":2}", JsonFaultCode.DuplicateKey },
        { "{\"x\":[{\"y\":{\"a\":1,\"b\":2,\"a\":1}}]}", JsonFaultCode.DuplicateKey },
        { "{\"a\":\"\\ud800\"}", JsonFaultCode.LoneSurrogate },
        { "{\"a\":\"\\udc00\\ud800\"}", JsonFaultCode.LoneSurrogate },
        { "{\"a\":\"\\ud800x\"}", JsonFaultCode.LoneSurrogate },
        { "{\"\\ud800\":1}", JsonFaultCode.LoneSurrogate },
        { "{\"a\":\"\\u0000\"}", JsonFaultCode.NulCharacter },
        { "{\"a\":\"\0\"}", JsonFaultCode.NulCharacter },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void A_line_that_is_not_one_strict_object_says_why(string line, JsonFaultCode expected) =>
        Assert.Equal(expected, Read(line).Code);

    [Fact]
    public void Invalid_utf8_is_found_with_its_position()
    {
        var fault = new JsonTape().Read(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' });
        Assert.Equal(new JsonFault(JsonFaultCode.InvalidUtf8, 2), fault);
        // A surrogate written in UTF-8.
        Assert.Equal(JsonFaultCode.InvalidUtf8, new JsonTape().Read(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 }).Code);
    }

    [Theory]
    [InlineData(64, JsonFaultCode.None)]
    [InlineData(65, JsonFaultCode.TooDeep)]
    [InlineData(100_000, JsonFaultCode.TooDeep)]
    public void Depth_ends_at_64_levels(int levels, JsonFaultCode expected)
    {
        var line = "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
        Assert.Equal(expected, Read(line).Code);
    }

    [Fact]
    public void Too_many_keys_are_refused_and_many_are_checked_for_repeats()
    {
        string Keys(int n) => "{" + string.Join(',', Enumerable.Range(0, n).Select(i => $"\"k{i}\":1"));
        Assert.Equal(JsonFaultCode.None, Read(Keys(1000) + "}").Code);
        Assert.Equal(JsonFaultCode.TooManyKeys, Read(Keys(100_000) + "}").Code);
        Assert.Equal(JsonFaultCode.DuplicateKey, Read(Keys(500) + ",\"k77\":2}").Code);
    }

    [Fact]
    public void Escaped_pairs_and_numbers_out_of_range_are_fine()
    {
        Assert.True(Read("{\"a\":\"\\ud83d\\ude00 \\\\u0000\",\"n\":1e400}").IsNone);
        var tape = new JsonTape();
        Assert.True(tape.Read("{\"a\":\"\\ud83d\\ude00\\n\\u00e9\"}"u8.ToArray()).IsNone);
        Assert.Equal("😀\né", tape.FindText(0, "a"u8));
    }

    [Fact]
    public void Values_are_found_by_name()
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(" {\"a\":{\"b\":[1,2]},\"c\":\"x\"} "u8.ToArray()).IsNone);
        Assert.Equal("x", tape.FindText(0, "c"u8));
        Assert.Equal("{\"b\":[1,2]}", Encoding.UTF8.GetString(tape.Raw(tape.Find(0, "a"u8))));
        Assert.Equal(-1, tape.Find(0, "b"u8));
        Assert.Equal(-1, tape.Find(tape.Find(0, "c"u8), "b"u8));
    }

    [Fact]
    public void Accepts_exactly_what_strict_system_text_json_accepts()
    {
        var pieces = Gen.Elements(
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "1", "-0.10", "1e400", "true", "null", " ", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "/**/");
        var random = Gen.ListOf(pieces).Select(p => string.Concat(p));
        var nested = Gen.Sized(size => Value(Math.Min(size, 20)));
        Prop.ForAll(Gen.OneOf(random, nested).ToArbitrary(), text =>
        {
            var fault = Read(text);
            return IsAcceptedByPlatform(text) == fault.IsNone;
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<string> Value(int size)
    {
        var scalar = Gen.Elements("1", "\"x\"", "\"\\u00e9\"", "false", "1.50", "\"\"");
        if (size <= 1)
            return scalar;
        var inner = Value(size / 3);
        var key = Gen.Elements("a", "b", "c", "d", "\\u0061", "é");
        var member = from k in key from v in inner select $"\"{k}\":{v}";
        var obj = Gen.ListOf(member).Select(m => "{" + string.Join(',', m.Take(5)) + "}");
        var array = Gen.ListOf(inner).Select(v => "[" + string.Join(" ,", v.Take(5)) + "]");
        return Gen.OneOf(scalar, array, obj, obj);
    }

    private static bool IsAcceptedByPlatform(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            // A lone surrogate passes the parser and throws when it is read.
            Touch(document.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Touch(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            element.GetString();
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                Touch(item);
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var property in element.EnumerateObject())
            {
                _ = property.Name;
                Touch(property.Value);
            }
    }

    private static JsonFault Read(string line) => new JsonTape().Read(Encoding.UTF8.GetBytes(line));
}
