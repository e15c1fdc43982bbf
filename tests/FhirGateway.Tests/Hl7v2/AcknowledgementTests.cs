using System.Text;
using FhirGateway.Hl7v2;

namespace FhirGateway.Tests.Hl7v2;

public sealed class AcknowledgementTests
{
    private static readonly Acknowledgement Accepted = new() { Code = AckCode.AA, ControlId = "G1", Time = new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero) };

    private static readonly Acknowledgement Refused = Accepted with { Code = AckCode.AE, Error = Hl7ErrorCode.RequiredFieldMissing, Location = "PV1", Text = "required segment missing" };

    private static string Write(string message, Acknowledgement acknowledgement) =>
        Encoding.UTF8.GetString(AcknowledgementWriter.Write(Encoding.UTF8.GetBytes(message), acknowledgement));

    [Fact]
    public void Original_mode_answers_at_the_application_level() =>
        Assert.Equal(
            "MSH|^~\\&|GW|HIE|EPIC|NORTH|20260301100000.000+0000||ACK^A01^ACK|G1|P|2.5.1\rMSA|AA|ID 1\r",
            Write("MSH|^~\\&|EPIC|NORTH|GW|HIE|2026||ADT^A01|ID 1|P|2.5.1\r", Accepted));

    [Fact]
    public void From_2_5_on_an_error_has_its_segment() =>
        Assert.EndsWith(
            "MSA|AE|1\rERR||PV1|101^Required field missing^HL70357|E||||required segment missing\r",
            Write("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5.1\r", Refused), StringComparison.Ordinal);

    [Theory]
    [InlineData("2.2", "ERR|PID^^^101&Required field missing&HL70357\r")]
    [InlineData("2.3", "ERR|PID^^^101&Required field missing&HL70357\r")]
    [InlineData("2.4", "ERR|PID^^^101&Required field missing&HL70357\r")]
    [InlineData("2.1", "")]
    public void Before_2_5_the_reason_is_MSA_3_and_the_place_in_ERR_1(string version, string error) =>
        Assert.EndsWith(
            $"|G1|P|{version}\rMSA|AE|1|required segment missing\r{error}",
            Write($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|{version}\r", Refused with { Location = "PID" }), StringComparison.Ordinal);

    [Fact]
    public void The_older_ERR_names_segment_sequence_and_field() =>
        Assert.EndsWith(
            "\rERR|MSH^1^9^201&Unsupported event code&HL70357\r",
            Write("MSH|^~\\&|A|B|C|D|2026||ADT^Z99|1|P|2.4\r", Refused with { Code = AckCode.AR, Error = Hl7ErrorCode.UnsupportedEvent, Location = "MSH^1^9^1^2" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("AL", "NE", "MSA|CA|")]
    [InlineData("NE", "AL", "MSA|AA|")]
    [InlineData("NE", "NE", "")]
    [InlineData("ER", "", "")]
    [InlineData("SU", "NE", "MSA|CA|")]
    public void Enhanced_mode_answers_as_asked(string accept, string application, string expected)
    {
        var reply = Write($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5.1|||{accept}|{application}\r", Accepted);
        Assert.True(expected.Length == 0 ? reply.Length == 0 : reply.Contains(expected, StringComparison.Ordinal), reply);
    }

    /// <summary>Table 0155 in both fields, for what is fine, in error and kept, in error and not kept, refused: MSA-1 of each frame in order.</summary>
    [Theory]
    [InlineData("", "", "AA", "AE", "AE", "AR")]
    [InlineData("AL", "AL", "CA AA", "CA AE", "CE", "CR")]
    [InlineData("AL", "NE", "CA", "CE", "CE", "CR")]
    [InlineData("AL", "", "CA", "CE", "CE", "CR")]
    [InlineData("AL", "ER", "CA", "CA AE", "CE", "CR")]
    [InlineData("AL", "SU", "CA AA", "CE", "CE", "CR")]
    [InlineData("NE", "AL", "AA", "AE", "AE", "AR")]
    [InlineData("", "AL", "AA", "AE", "AE", "AR")]
    [InlineData("NE", "ER", "", "AE", "AE", "AR")]
    [InlineData("NE", "SU", "AA", "", "", "")]
    [InlineData("NE", "NE", "", "", "", "")]
    [InlineData("NE", "", "", "", "", "")]
    [InlineData("ER", "AL", "AA", "AE", "CE", "CR")]
    [InlineData("ER", "ER", "", "AE", "CE", "CR")]
    [InlineData("ER", "NE", "", "CE", "CE", "CR")]
    [InlineData("SU", "AL", "CA AA", "CA AE", "AE", "AR")]
    [InlineData("SU", "SU", "CA AA", "", "", "")]
    [InlineData("\"\"", "XX", "AA", "AE", "AE", "AR")]
    public void Enhanced_mode_answers_at_each_level_that_is_asked_for(string accept, string application, string fine, string error, string lost, string refused)
    {
        var message = Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5.1|||{accept}|{application}\r");
        Assert.Equal(
            (fine, error, lost, refused),
            (Codes(Accepted, true), Codes(Refused, true), Codes(Refused, false), Codes(Refused with { Code = AckCode.AR }, false)));

        string Codes(Acknowledgement acknowledgement, bool isKept)
        {
            var reply = AcknowledgementWriter.Answer(message, acknowledgement, isKept);
            var frames = new[] { reply.First, reply.Second }.Where(f => !f.IsEmpty).Select(f => Hl7MessageTests.Parse(Encoding.UTF8.GetString(f.Span))).ToList();
            Assert.All(frames, f => Assert.Equal("7", f.First("MSA").Field(2).Text));
            Assert.Equal(frames.Count, frames.Select(f => f.Header.Field(10).Text).Distinct().Count());
            // A place is named where something is wrong, and only there.
            Assert.All(frames, f => Assert.Equal(f.First("MSA").Field(1).Text![1] != 'A', f.First("ERR").Exists));
            return string.Join(' ', frames.Select(f => f.First("MSA").Field(1).Text));
        }
    }

    [Theory]
    [InlineData("1\u001cMSA")]
    [InlineData("1\u000bX")]
    [InlineData("\\X0D\\MSA|AA|2")]
    [InlineData("1\0\u0007")]
    public void S_06_nothing_that_is_echoed_can_start_a_segment_or_end_a_frame(string controlId)
    {
        var reply = Write($"MSH|^~\\&|A\u001c|B|C|D|2026||ADT^A\u001c01|{controlId}|P|2.5.1\r", Refused);
        Assert.DoesNotContain(reply, c => c < ' ' && c != '\r');
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(reply), out var parsed, out _));
        Assert.Equal(3, parsed.SegmentCount);
        Assert.Equal("MSA", parsed.Segment(1).Name.ToString());
    }

    [Fact]
    public void S_06_a_control_id_with_a_segment_end_or_separator_is_cut_there()
    {
        var reply = Write("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1\rMSA|AA|9|P|2.5.1\r", Accepted);
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(reply), out var parsed, out _));
        Assert.Equal((2, "1"), (parsed.SegmentCount, parsed.First("MSA").Field(2).Text));
    }

    [Fact]
    public void Foreign_delimiters_are_kept() =>
        Assert.Contains("MSA#AE#1!2\rERR##PID!1!3#101!", Write("MSH#!%*;#A#B#C#D#2026##ADT!A01#1!2#P#2.5.1\r", Refused with { Location = "PID^1^3" }), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_message_is_answered_all_the_same() =>
        Assert.Contains("MSA|AE|\r", Write("nonsense", Refused), StringComparison.Ordinal);

    [Fact]
    public void A_batch_is_answered_in_one()
    {
        var batch = "BHS|^~\\&|A|B|C|D|2026||||B1\rMSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rMSH|^~\\&|A|B|C|D|2026||ADT^A01|2|P|2.5\rBTS|3\r"u8.ToArray();
        var split = MessageBatch.Split(batch);
        Assert.Equal((2, true, true), (split.Messages.Length, split.IsBatch, split.CountMismatch));
        var replies = split.Messages.Select(message => AcknowledgementWriter.Write(message, Accepted)).ToList();
        var reply = Encoding.UTF8.GetString(AcknowledgementWriter.WriteBatch(split.Header, replies, "G9", Accepted.Time));
        Assert.StartsWith("BHS|^~\\&|C|D|A|B|20260301100000.000+0000||||G9|B1\rMSH|", reply, StringComparison.Ordinal);
        Assert.EndsWith("MSA|AA|2\rBTS|2\r", reply, StringComparison.Ordinal);
    }
}
