using System.IO.Compression;
using System.Text;

namespace FhirGateway.IntegrationTests.BadInput;

/// <summary>Bad NDJSON, each with what must be held of it, as "line reason"; each has a good Patient before and, where anything can follow, one after.</summary>
internal static class BadLines
{
    private const string Canary = ServedWorld.Canary;

    /// <summary>A line that replaces the bad one, and the reason for which it is held as line 2 of 3.</summary>
    public static readonly IReadOnlyDictionary<string, (byte[] Line, string Reason)> Lines = new Dictionary<string, (byte[], string)>
    {
        ["text"] = (Text($"this is {Canary}"), "not-json"),
        ["cut object"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}" """), "not-json"),
        ["two values"] = (Text($$"""{"resourceType":"Patient","id":"x"} {"family":"{{Canary}}"}"""), "not-json"),
        ["array"] = (Text($"[\"{Canary}\"]"), "not-a-resource"),
        ["null"] = (Text("null"), "not-a-resource"),
        ["string"] = (Text($"\"{Canary}\""), "not-a-resource"),
        ["no type"] = (Text($$"""{"id":"x","name":"{{Canary}}"}"""), "not-a-resource"),
        ["type a number"] = (Text($$"""{"resourceType":7,"id":"{{Canary}}"}"""), "not-a-resource"),
        ["type unknown"] = (Text($$"""{"resourceType":"{{Canary}}","id":"x"}"""), "unknown-resource-type"),
        ["no id"] = (Text($$"""{"resourceType":"Patient","name":[{"family":"{{Canary}}"}]}"""), "missing-id"),
        ["duplicate key"] = (Text($$"""{"resourceType":"Patient","id":"x","gender":"male","gender":"{{Canary}}"}"""), "duplicate-key"),
        ["duplicate key below"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}","family":"y"}]}"""), "duplicate-key"),
        ["duplicate key by escape"] = (Text($$"""{"resourceType":"Patient","id":"x","gender":"{{Canary}}","\u0067ender":"male"}"""), "duplicate-key"),
        ["depth 65"] = (Text($$"""{"resourceType":"Patient","id":"{{Canary}}","x":{{new string('[', 65)}}{{new string(']', 65)}} }"""), "too-deep"),
        ["depth bomb"] = (Text($$"""{"resourceType":"Patient","id":"{{Canary}}","x":{{new string('[', 500_000)}}"""), "too-deep"),
        ["object depth bomb"] = (Text($$"""{"resourceType":"Patient","id":"{{Canary}}","x":""" + string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), "too-deep"),
        ["lone surrogate"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}\ud800"}]}"""), "invalid-text"),
        ["reversed surrogates"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}\udc00\ud800"}]}"""), "invalid-text"),
        ["lone surrogate in a key"] = (Text($$"""{"resourceType":"Patient","id":"x","{{Canary}}\ud800":"x"}"""), "invalid-text"),
        ["NUL escaped"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}\u0000"}]}"""), "invalid-text"),
        ["NUL raw"] = (Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}{{'\0'}}"}]}"""), "invalid-text"),
        ["NUL between"] = (Text($"{{\0\"resourceType\":\"Patient\",\"id\":\"{Canary}\"}}"), "invalid-text"),
        ["bytes that are no UTF-8"] = ([.. Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}"""), 0xC3, 0x28, .. Text("\"}]}")], "invalid-text"),
        ["overlong UTF-8"] = ([.. Text($$"""{"resourceType":"Patient","id":"x","name":[{"family":"{{Canary}}"""), 0xC0, 0xAF, .. Text("\"}]}")], "invalid-text"),
        ["NaN"] = (Text($$"""{"resourceType":"Observation","id":"{{Canary}}","valueInteger":NaN}"""), "not-json"),
        ["comment"] = (Text($$"""{"resourceType":"Patient","id":"x"/*{{Canary}}*/}"""), "not-json"),
        ["trailing comma"] = (Text($$"""{"resourceType":"Patient","id":"{{Canary}}",}"""), "not-json"),
        ["single quotes"] = (Text($"{{'resourceType':'Patient','id':'{Canary}'}}"), "not-json"),
    };

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Good(string id) => Text($$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"Good"}]}""" + "\n");

    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A good line, then 10 GiB of one line in some 10 MB: one member of 16 MiB of spaces, over and over.</summary>
    public static byte[] Bomb(string id)
    {
        using var packed = new MemoryStream();
        packed.Write(Gzip(Good(id)));
        var blank = new byte[16 << 20];
        blank.AsSpan().Fill((byte)' ');
        var member = Gzip(blank, CompressionLevel.SmallestSize);
        for (var i = 0; i < 640; i++)
            packed.Write(member);
        return packed.ToArray();
    }
}
