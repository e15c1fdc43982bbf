using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Structure;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir.Primitives;

public sealed class PrimitiveFormatTests
{
    // Characters at the borders of the grammars' classes.
    private static readonly string[] Border =
        ["", "0", "1", "9", "3", "5", "6", "a", "f", "g", "A", "F", "Z", "T", "z", "t", "-", "+", ".", ":", "=", "/", "_", " ", "  ", "\t", "\n", "\r", "\v", "\f", "\u0001", "\u001f", "\u007f", "\u00a0", "é", "٣", "😀", "00", "e", "E", "24", "60", "14:00"];

    public static TheoryData<PrimitiveKind> Kinds => [.. PrimitiveGrammar.Expressions.Keys.Where(k => k != PrimitiveKind.Boolean).Order()];

    public static TheoryData<PrimitiveKind, string, bool> Borders => new()
    {
        { PrimitiveKind.Date, "0001", true },
        { PrimitiveKind.Date, "0000", false },
        { PrimitiveKind.Date, "9999-12-31", true },
        { PrimitiveKind.Date, "2000-02-29", true },
        { PrimitiveKind.Date, "2024-02-29", true },
        { PrimitiveKind.Date, "1900-02-29", false },
        { PrimitiveKind.Date, "2023-02-29", false },
        { PrimitiveKind.Date, "2023-04-31", false },
        { PrimitiveKind.Date, "2023-13", false },
        { PrimitiveKind.Date, "2023-00", false },
        { PrimitiveKind.Date, "2023-1", false },
        { PrimitiveKind.Date, "2023-01-", false },
        { PrimitiveKind.Date, "2023-01-01T00:00:00Z", false },
        { PrimitiveKind.Date, "", false },
        { PrimitiveKind.Date, " 2023", false },
        { PrimitiveKind.DateTime, "2023-01-01T23:59:60Z", true },
        { PrimitiveKind.DateTime, "2023-01-01T23:59:61Z", false },
        { PrimitiveKind.DateTime, "2023-01-01T24:00:00Z", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00+14:00", true },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00-14:00", true },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00+14:01", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00+13:59", true },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00+13:60", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00+15:00", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00Z", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00.Z", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00z", false },
        { PrimitiveKind.DateTime, "2023-01-01t00:00:00Z", false },
        { PrimitiveKind.DateTime, "2023-01-01 00:00:00Z", false },
        { PrimitiveKind.DateTime, "2023-01-01T00:00:00.1234567890123Z", true },
        { PrimitiveKind.DateTime, "2023-01-01T", false },
        { PrimitiveKind.DateTime, "2023-02-30T00:00:00Z", false },
        { PrimitiveKind.Instant, "2023-01-01T00:00:00Z", true },
        { PrimitiveKind.Instant, "2023-01-01", false },
        { PrimitiveKind.Time, "23:59:60.0", true },
        { PrimitiveKind.Time, "24:00:00", false },
        { PrimitiveKind.Time, "12:00", false },
        { PrimitiveKind.Time, "12:00:00Z", false },
        { PrimitiveKind.Id, new('a', 64), true },
        { PrimitiveKind.Id, new('a', 65), false },
        { PrimitiveKind.Id, "a_b", false },
        { PrimitiveKind.Id, "é", false },
        { PrimitiveKind.Oid, "urn:oid:2.16.840.1", true },
        { PrimitiveKind.Oid, "urn:oid:1.0", true },
        { PrimitiveKind.Oid, "urn:oid:2", false },
        { PrimitiveKind.Oid, "urn:oid:3.1", false },
        { PrimitiveKind.Oid, "urn:oid:2.016", false },
        { PrimitiveKind.Oid, "urn:oid:2..1", false },
        { PrimitiveKind.Oid, "urn:oid:2.1.", false },
        { PrimitiveKind.Oid, "2.16.840.1", false },
        { PrimitiveKind.Uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", true },
        { PrimitiveKind.Uuid, "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", false },
        { PrimitiveKind.Uuid, "c757873d-ec9a-4326-a141-556f43239520", false },
        { PrimitiveKind.Uuid, "urn:uuid:c757873dec9a4326a141556f43239520", false },
        { PrimitiveKind.Code, "a b", true },
        { PrimitiveKind.Code, "a  b", false },
        { PrimitiveKind.Code, "a ", false },
        { PrimitiveKind.Code, "a\tb", false },
        { PrimitiveKind.Uri, "urn:x", true },
        { PrimitiveKind.Uri, "http://a/b c", false },
        { PrimitiveKind.Uri, "http://a/b\n", false },
        { PrimitiveKind.Base64Binary, "QUJD", true },
        { PrimitiveKind.Base64Binary, "QUI=", true },
        { PrimitiveKind.Base64Binary, "QQ==", true },
        { PrimitiveKind.Base64Binary, "Q===", false },
        { PrimitiveKind.Base64Binary, "====", false },
        { PrimitiveKind.Base64Binary, "QUI", false },
        { PrimitiveKind.Base64Binary, "QUJD\r\n QUJD\n", true },
        { PrimitiveKind.Base64Binary, "QU JD", false },
        { PrimitiveKind.Base64Binary, "QUI=QUJD", false },
        { PrimitiveKind.Base64Binary, "QUJD-_-_", false },
        { PrimitiveKind.Base64Binary, " ", false },
        { PrimitiveKind.String, "a\tb\r\nc", true },
        { PrimitiveKind.String, " a ", true },
        { PrimitiveKind.String, "  ", false },
        { PrimitiveKind.String, "", false },
        { PrimitiveKind.String, "a\u0001", false },
        { PrimitiveKind.String, "a\u000b", false },
        { PrimitiveKind.String, "a\u001f", false },
        { PrimitiveKind.String, "a\u0085", true },
        { PrimitiveKind.Markdown, "# a\n", true },
        { PrimitiveKind.Markdown, "a\u0008", false },
        { PrimitiveKind.Xhtml, "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>", true },
        { PrimitiveKind.Xhtml, "<p>a</p>", false },
        { PrimitiveKind.Integer, "-2147483648", true },
        { PrimitiveKind.Integer, "-2147483649", false },
        { PrimitiveKind.Integer, "2147483647", true },
        { PrimitiveKind.Integer, "2147483648", false },
        { PrimitiveKind.Integer, "-0", true },
        { PrimitiveKind.Integer, "1.0", false },
        { PrimitiveKind.Integer, "1e2", false },
        { PrimitiveKind.UnsignedInt, "0", true },
        { PrimitiveKind.UnsignedInt, "-0", false },
        { PrimitiveKind.UnsignedInt, "2147483648", false },
        { PrimitiveKind.PositiveInt, "0", false },
        { PrimitiveKind.PositiveInt, "1", true },
        { PrimitiveKind.Decimal, "1.000000000000000000000000000000000001", true },
        { PrimitiveKind.Decimal, "-1.5E+400", true },
        { PrimitiveKind.Decimal, "01", false },
        { PrimitiveKind.Decimal, "1.", false },
        { PrimitiveKind.Decimal, ".5", false },
        { PrimitiveKind.Decimal, "+1", false },
        { PrimitiveKind.Decimal, "1e", false },
    };

    [Theory]
    [MemberData(nameof(Borders))]
    public void Both_sides_of_each_border_are_decided(PrimitiveKind kind, string text, bool isValid) =>
        Assert.Equal(isValid, IsValid(kind, text));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_the_grammar_makes_is_accepted_unless_a_named_rule_forbids_it(PrimitiveKind kind)
    {
        var accepted = 0;
        Prop.ForAll(Seeds(), seed =>
        {
            var text = Sample(kind, seed);
            var rule = PrimitiveGrammar.BrokenRule(kind, text);
            accepted += rule is null ? 1 : 0;
            return PrimitiveGrammar.MatchesExpression(kind, text) && IsValid(kind, text) == rule is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.True(accepted > 200, $"{accepted} of 2000");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Near_misses_are_decided_as_the_expression_and_the_rules_do(PrimitiveKind kind)
    {
        var refused = 0;
        Prop.ForAll(Seeds(), seed =>
        {
            var text = Mutate(Sample(kind, seed), new Random(~seed));
            var expected = PrimitiveGrammar.MatchesExpression(kind, text) && PrimitiveGrammar.BrokenRule(kind, text) is null;
            refused += expected ? 0 : 1;
            return IsValid(kind, text) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        Assert.True(refused > 100, $"{refused} of 5000");
    }

    [Fact]
    public void A_string_has_at_most_a_mebi_of_characters_however_many_bytes()
    {
        Assert.True(IsValid(PrimitiveKind.String, new('x', PrimitiveFormat.MaxCharacters)));
        Assert.False(IsValid(PrimitiveKind.String, new('x', PrimitiveFormat.MaxCharacters + 1)));
        Assert.True(IsValid(PrimitiveKind.Markdown, new('é', PrimitiveFormat.MaxCharacters)));
        Assert.False(IsValid(PrimitiveKind.Markdown, new('é', PrimitiveFormat.MaxCharacters + 1)));
        Assert.True(IsValid(PrimitiveKind.Base64Binary, new('A', 4 * PrimitiveFormat.MaxCharacters)));
    }

    [Fact]
    public void Long_texts_take_linear_time_and_nothing_is_allocated()
    {
        var texts = PrimitiveGrammar.Expressions.Keys.Select(k => (Kind: k, Text: Encoding.UTF8.GetBytes(Sample(k, 7)))).ToList();
        var long1 = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("QUJD ", 400_000)));
        foreach (var (kind, text) in texts)
            _ = Decide(kind, text);
        var clock = Stopwatch.StartNew();
        // The runtime itself allocates now and then, where it compiles a method anew.
        Assert.Contains(Enumerable.Range(0, 5).ToList(), attempt =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var (kind, text) in texts)
                _ = Decide(kind, text) | Decide(kind, long1);
            return GC.GetAllocatedBytesForCurrentThread() == before;
        });
        Assert.InRange(clock.ElapsedMilliseconds, 0, 25_000);
    }

    [Fact]
    public void The_expressions_are_those_of_the_definitions()
    {
        foreach (var (name, bytes) in SharedSamples.Entries("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz"))
        {
            if (!name.Contains("/StructureDefinition-", StringComparison.Ordinal) || bytes.AsSpan().IndexOf("primitive-type"u8) < 0)
                continue;
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.GetProperty("kind").GetString() != "primitive-type" || Expression(document.RootElement) is not { } expression)
                continue;
            Assert.True(PrimitiveFormat.TryFindKind(document.RootElement.GetProperty("type").GetString()!, out var kind));
            Assert.Equal(expression, PrimitiveGrammar.Expressions[kind]);
        }
    }

    private static string? Expression(JsonElement definition) => definition.GetProperty("snapshot").GetProperty("element").EnumerateArray()
        .SelectMany(e => e.TryGetProperty("type", out var types) ? types.EnumerateArray() : default)
        .SelectMany(t => t.TryGetProperty("extension", out var extensions) ? extensions.EnumerateArray() : default)
        .Where(x => x.GetProperty("url").GetString()!.EndsWith("/regex", StringComparison.Ordinal))
        .Select(x => x.GetProperty("valueString").GetString()).FirstOrDefault();

    private static Arbitrary<int> Seeds() => Gen.Choose(0, int.MaxValue).ToArbitrary();

    private static string Sample(PrimitiveKind kind, int seed) => new RegexSampler(PrimitiveGrammar.Expressions[kind], new Random(seed)).Next();

    private static string Mutate(string text, Random random)
    {
        var runes = text.EnumerateRunes().Select(r => r.ToString()).ToList();
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var at = random.Next(runes.Count + 1);
            if (at == runes.Count || random.Next(4) == 0)
                runes.Insert(at, Border[random.Next(Border.Length)]);
            else if (random.Next(3) == 0)
                runes.RemoveAt(at);
            else if (random.Next(3) == 0)
                (runes[at], runes[0]) = (runes[0], runes[at]);
            else
                runes[at] = Border[random.Next(Border.Length)];
        }
        return string.Concat(runes);
    }

    private static bool IsValid(PrimitiveKind kind, string text) => Decide(kind, Encoding.UTF8.GetBytes(text));

    private static bool Decide(PrimitiveKind kind, byte[] text) =>
        PrimitiveGrammar.IsNumber(kind) ? PrimitiveFormat.IsValidNumber(kind, text) : PrimitiveFormat.IsValid(kind, text);
}
