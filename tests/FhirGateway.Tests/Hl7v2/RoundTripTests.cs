using System.Text;
using FhirGateway.Hl7v2;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Hl7v2;

/// <summary>parse(write(x)) = x over whole messages, in every version's position, under any usable delimiters.</summary>
public sealed class RoundTripTests
{
    private const string Marks = "|^~\\&#!%*;:$@,.-_+=/?<>[]{}()'`";

    /// <summary>Segments, fields, repetitions, components, subcomponents; null for a header.</summary>
    private sealed record Model(Hl7Delimiters Delimiters, string[][][][][] Segments)
    {
        public override string ToString() => $"{Delimiters} {System.Text.Json.JsonSerializer.Serialize(Segments)}";
    }

    private static readonly Gen<Hl7Delimiters> AnyDelimiters =
        Gen.Shuffle(Marks.ToCharArray()).SelectMany(m => Gen.Elements(true, false).Select(t => new Hl7Delimiters(m[0], m[1], m[2], m[3], m[4], t ? m[5] : Hl7Delimiters.None)));

    private static readonly Gen<string> Leaf = Gen.Frequency(
        (1, Gen.Constant("")),
        (6, Gen.Elements((Marks + "abcXEFSTRHNPZ0123456789 \r\n\té漢🙂").EnumerateRunes().ToArray()).ArrayOf(8).Select(r => string.Concat(r))));

    private static readonly Gen<Model> Models =
        from d in AnyDelimiters
        from segments in Upto(Upto(Upto(Upto(Upto(Leaf, 3), 3), 3), 8), 6)
        select new Model(d, segments);

    private static Gen<T[]> Upto<T>(Gen<T> of, int most) => Gen.Choose(1, most).SelectMany(n => of.ArrayOf(n));

    [Fact]
    public void What_is_written_at_any_depth_under_any_delimiters_is_read_back() =>
        Prop.ForAll(Models.ToArbitrary(), model =>
        {
            Assert.True(Hl7Message.TryParse(Write(model), out var message, out var fault), fault.ToString());
            Assert.Equal(model.Delimiters, message.Delimiters);
            Assert.Equal(model.Segments.Length + 1, message.SegmentCount);
            for (var s = 0; s < model.Segments.Length; s++)
                Same(model.Segments[s], message.Segment(s + 1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_read_and_written_again_has_the_same_bytes() =>
        Prop.ForAll(Models.ToArbitrary(), model =>
        {
            var bytes = Write(model);
            Assert.True(Hl7Message.TryParse(bytes, out var message, out _));
            var again = new StringBuilder();
            for (var s = 0; s < message.SegmentCount; s++)
                again.Append(message.Segment(s).Raw).Append('\r');
            Assert.Equal(Encoding.UTF8.GetString(bytes), again.ToString());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Escaping_is_undone_by_unescaping_for_any_text_and_delimiters() =>
        Prop.ForAll(AnyDelimiters.ToArbitrary(), Leaf.ArrayOf(4).Select(string.Concat).ToArbitrary(), (d, text) =>
        {
            var escaped = Hl7Escape.Escape(text, d);
            Assert.DoesNotContain(escaped, c => c < ' ' || c == d.Field || c == d.Component || c == d.Repetition || c == d.Subcomponent);
            Assert.Equal(text, Hl7Escape.Unescape(escaped, d, Encoding.UTF8));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2.1", "PID|1||7", "7", null)]
    [InlineData("2.2", "PID|1|EXT|7^5^M10", "7", null)]
    [InlineData("2.3", "PID|1||7^^^MARY~8^^^NORTH", "7", "MARY")]
    [InlineData("2.3.1", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("2.4", "PID|1||7^^^MARY&1.2.3&ISO^MR", "7", "MARY")]
    [InlineData("2.5", "PID|1||7^^^MARY^MR^F&1&ISO^20200101", "7", "MARY")]
    [InlineData("2.5.1", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("2.6", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("2.7", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("2.7.1", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("2.8", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("9.9", "PID|1||7^^^MARY^MR", "7", "MARY")]
    [InlineData("", "PID|1||7^^^MARY^MR", "7", "MARY")]
    public void Any_version_is_read_by_position(string version, string patient, string id, string? authority)
    {
        var marks = version.CompareTo("2.7") >= 0 && version.Length > 0 ? "^~\\&#" : "^~\\&";
        var message = Hl7MessageTests.Parse($"MSH|{marks}|A|B|C|D|20260301||ADT^A01|C1|P|{version}|||||||\r{patient}\rZZZ|9|own\r");
        var first = new ExtendedId(message.First("PID").Field(3));
        Assert.Equal((id, authority, "own"), (first.Id, first.Authority.Namespace, message.First("ZZZ").Field(2).Text));
        Assert.Equal(marks.Length == 5 ? '#' : Hl7Delimiters.None, message.Delimiters.Truncation);
    }

    [Theory]
    [InlineData("MSH|^", "a~b\\c")]
    [InlineData("MSH|", "x")]
    [InlineData("MSH|^~\\&#|", "P\\P\\P")]
    public void Delimiters_that_the_header_leaves_out_are_the_suggested_ones(string header, string text)
    {
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(header + "\rZZZ|" + text), out var message, out _));
        Assert.Equal(('^', '~', '\\', '&'), (message.Delimiters.Component, message.Delimiters.Repetition, message.Delimiters.Escape, message.Delimiters.Subcomponent));
        Assert.Equal(header.Contains('#', StringComparison.Ordinal) ? "P#P" : text.Split('~')[0], message.First("ZZZ").Field(1).Text);
    }

    private static byte[] Write(Model model)
    {
        var writer = new Hl7MessageWriter(model.Delimiters).Segment("MSH").Field(10, "1");
        foreach (var fields in model.Segments)
        {
            writer.Segment("ZZZ");
            for (var f = 0; f < fields.Length; f++)
                writer.Repetitions(f + 1, fields[f]);
        }

        return writer.ToBytes();
    }

    private static void Same(string[][][][] fields, Hl7Segment segment)
    {
        for (var f = 0; f < fields.Length; f++)
        {
            var r = 0;
            foreach (var repetition in segment.Field(f + 1).Repetitions)
            {
                for (var c = 0; c < fields[f][r].Length; c++)
                    for (var s = 0; s < fields[f][r][c].Length; s++)
                        Assert.Equal(Meant(fields[f][r][c][s]), repetition.Part(c + 1).Part(s + 1).Text);
                r++;
            }

            // One empty repetition is an empty field, and that has none.
            Assert.Equal(fields[f].Length == 1 && fields[f][0].All(c => c.All(s => s.Length == 0)) && fields[f][0].Length == 1 && fields[f][0][0].Length == 1 ? 0 : fields[f].Length, r);
        }
    }

    /// <summary>Blanks around a value are padding, and a value of nothing but blanks is none.</summary>
    private static string? Meant(string text) => text.Trim(' ') is { } trimmed && trimmed.Any(c => c > ' ' && !char.IsWhiteSpace(c)) ? trimmed : null;
}
