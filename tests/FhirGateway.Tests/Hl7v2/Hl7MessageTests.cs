using System.Diagnostics;
using System.Text;
using FhirGateway.Hl7v2;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Hl7v2;

public sealed class Hl7MessageTests
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5";

    public static Hl7Message Parse(string text, Encoding? encoding = null)
    {
        Assert.True(Hl7Message.TryParse((encoding ?? Encoding.UTF8).GetBytes(text), out var message, out _));
        return message;
    }

    [Fact]
    public void Fields_are_found_by_position_at_every_level()
    {
        var pid = Parse(Header + "\rPID|1||A^^^X&1.2&ISO^MR~B|\"\"|").First("PID");
        Assert.Equal("A", pid.Field(3).Text);
        Assert.Equal("1.2", new ExtendedId(pid.Field(3)).Authority.UniversalId);
        var repetitions = new List<string?>();
        foreach (var repetition in pid.Field(3).Repetitions)
            repetitions.Add(repetition.Text);
        Assert.Equal(["A", "B"], repetitions);
        Assert.True(pid.Field(4).IsNull);
        Assert.Null(pid.Field(4).Text);
        Assert.True(pid.Field(5).IsEmpty);
        Assert.Null(pid.Field(99).Text);
    }

    [Fact]
    public void A_header_name_without_fields_reads_as_empty()
    {
        var batch = Parse(Header + "\rBHS\rPID|1").First("BHS");
        Assert.Null(batch.Field(1).Text);
        Assert.Null(batch.Field(2).Text);
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Any_segment_end_and_a_BOM_are_tolerated(string end)
    {
        var message = Parse("\uFEFF" + Header + end + "PID|1||7" + end + "ZZZ|x");
        Assert.Equal(("7", "x"), (message.First("PID").Field(3).Text, message.First("ZZZ").Field(1).Text));
    }

    [Fact]
    public void A_line_feed_inside_a_field_is_text() =>
        Assert.Equal("a\nb", Parse(Header + "\rNTE|1||a\nb\rPID|1").First("NTE").Field(3).Text);

    [Theory]
    [InlineData(@"a\F\b\R\c\E\d\H\bold\N\\Zlocal\", @"a|b~c\dbold\Zlocal\")]
    [InlineData(@"O\T\BRIEN\S\X", "O&BRIEN^X")]
    [InlineData(@"J\X0D0A\ANE\.br\Z", "J\r\nANE\nZ")]
    [InlineData(@"\E\F\E\", @"\F\")]
    [InlineData(@"open\", @"open\")]
    [InlineData(@"\X0\ \X\", @"\X0\ \X\")]
    [InlineData(@"C:\temp", @"C:\temp")]
    public void Escapes_are_resolved_once(string sent, string meant) =>
        Assert.Equal(meant, Hl7Escape.Unescape(sent, Hl7Delimiters.Standard, Encoding.UTF8));

    [Fact]
    public void What_is_written_is_read_back()
    {
        var delimiters = new[] { Hl7Delimiters.Standard, new Hl7Delimiters('#', '!', '%', '*', ';', ':'), Hl7Delimiters.Standard with { Truncation = '#' } };
        var values = Gen.Elements("|^~\\&#!%*;:abcXEF.\r\n\u0001é漢".ToCharArray()).ArrayOf().Select(c => new string(c));
        Prop.ForAll(values.ArrayOf().ToArbitrary(), fields =>
        {
            foreach (var d in delimiters)
            {
                var writer = new Hl7MessageWriter(d).Segment("MSH").Field(10, "1").Segment("ZZZ");
                for (var i = 0; i < fields.Length; i++)
                    writer.Components(i + 1, fields[i], "x").Repeat(fields[i]);
                if (!Hl7Message.TryParse(writer.ToBytes(), out var message, out _))
                    return false;
                for (var i = 0; i < fields.Length; i++)
                {
                    var expected = fields[i].All(c => c <= ' ') ? null : fields[i];
                    if (message.First("ZZZ").Field(i + 1).TextOf(1) != expected || message.First("ZZZ").Field(i + 1).TextOf(2) != "x")
                        return false;
                }
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        var pieces = Gen.Elements("MSH|^~\\&|", "MSH", "\r", "\n", "|", "^", "~", "\\", "&", "\"\"", "PID|", "\\X41\\", "\u00e9", "A01", "BHS|^~\\&", "BTS|9", "\u000b", "\u001c");
        Prop.ForAll(pieces.ArrayOf().Select(p => string.Concat(p)).ToArbitrary(), text =>
        {
            foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), Encoding.Latin1.GetBytes(text) })
            {
                foreach (var part in MessageFile.Split(bytes))
                {
                    FhirGateway.Messages.AdtExamination.Examine(part);
                    if (!Hl7Message.TryParse(part, out var message, out _))
                        continue;
                    for (var s = 0; s < message.SegmentCount; s++)
                        for (var f = 0; f <= message.Segment(s).FieldCount + 1; f++)
                            foreach (var repetition in message.Segment(s).Field(f).Repetitions)
                                _ = repetition.Part(2).Part(2).Text + repetition.WholeText;
                }
                AcknowledgementWriter.Write(bytes, new Acknowledgement { Code = AckCode.AE, ControlId = "1", Time = DateTimeOffset.UnixEpoch, Error = Hl7ErrorCode.DataType });
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("|")]
    [InlineData("~")]
    [InlineData("^")]
    [InlineData("\\")]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\\E\\")]
    [InlineData("\\X41\\")]
    public void S_05_cost_is_linear_in_the_length(string piece)
    {
        double Cost(int count)
        {
            var bytes = Encoding.ASCII.GetBytes(Header + "\rPID|1||" + string.Concat(Enumerable.Repeat(piece, count)) + "\rPV1|1|I\r");
            var best = double.MaxValue;
            for (var i = 0; i < 5; i++)
            {
                var watch = Stopwatch.StartNew();
                FhirGateway.Messages.AdtExamination.Examine(bytes);
                FhirGateway.Normalization.Adt.AdtConverter.Convert(bytes, new() { Source = "s" });
                _ = Hl7Message.TryParse(bytes, out var message, out _) ? message.First("PID").Field(3).Text : null;
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            }
            return best;
        }
        Cost(1000);
        var (small, large) = (Cost(50_000), Cost(200_000));
        // Four times the input; anything quadratic takes many seconds here. The constant absorbs a busy machine.
        Assert.True(large <= 8 * small + 200, $"{small:0.0} ms for 50,000, {large:0.0} ms for 200,000");
    }

    [Theory]
    [InlineData("20260301", Hl7Precision.Day, "2026-03-01T00:00:00.0000")]
    [InlineData("2026", Hl7Precision.Year, "2026-01-01T00:00:00.0000")]
    [InlineData("202603011015", Hl7Precision.Minute, "2026-03-01T10:15:00.0000")]
    [InlineData("20110613122406637", Hl7Precision.Fraction, "2011-06-13T12:24:06.6370")]
    [InlineData("20110613122406.6371-0500", Hl7Precision.Fraction, "2011-06-13T12:24:06.6371")]
    public void Timestamps_keep_their_precision(string text, Hl7Precision precision, string value)
    {
        Assert.True(Hl7DateTime.TryParse(text, out var time));
        Assert.Equal((precision, value), (time.Precision, time.Value.ToString("yyyy-MM-ddTHH:mm:ss.ffff", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("202603012400")]
    [InlineData("20260230")]
    [InlineData("2026130")]
    [InlineData("20260301+99")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void Impossible_timestamps_are_refused(string text) => Assert.False(Hl7DateTime.TryParse(text, out _));

    [Fact]
    public void S_09_character_sets_are_chosen_in_order()
    {
        string Name(byte[] bytes, string? feed = null)
        {
            Assert.True(Hl7Message.TryParse(bytes, out var message, out _, feed));
            return message.First("PID").Field(5).Text + " " + message.Charset.Origin + " " + message.Charset.Name;
        }
        var declared = Header + "||||||8859/1\rPID|||||MUÑOZ";
        var plain = Header + "\rPID|||||MUÑOZ€";
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        Assert.Equal("MUÑOZ Declared iso-8859-1", Name(Encoding.Latin1.GetBytes(declared)));
        Assert.Equal("MUÑOZ€ Detected utf-8", Name(Encoding.UTF8.GetBytes(plain)));
        Assert.Equal("MUÑOZ€ Fallback windows-1252", Name(windows.GetBytes(plain)));
        Assert.Equal("MUÑOZ Feed utf-8", Name(Encoding.UTF8.GetBytes(declared), "UTF-8"));
        var broken = Encoding.Latin1.GetBytes(declared.Replace("8859/1", "UNICODE UTF-8"));
        Assert.True(Hl7Message.TryParse(broken, out var read, out _));
        Assert.True(read.Charset.IsDoubtful && read.HasReplacements);
        Assert.False(Hl7Message.TryParse(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(plain)).ToArray(), out _, out var fault));
        Assert.Equal(Hl7FaultCode.WideCharacters, fault);
        Assert.Equal(AckCode.AE, FhirGateway.Messages.AdtExamination.Examine(Encoding.Unicode.GetBytes(plain)).AckCode);
    }
}
