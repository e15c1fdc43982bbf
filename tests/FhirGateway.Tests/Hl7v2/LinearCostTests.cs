using System.Text;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Tests.Hl7v2;

/// <summary>Twice the input costs twice the time, whatever it is made of: measured as a ratio, the best of many runs.</summary>
public sealed class LinearCostTests
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\r";

    /// <summary>Twice the input at most 2.5 times the time; the machine is shared, so a figure above is measured again before it counts.</summary>
    private const double MostRatio = 2.5;

    [Theory]
    [InlineData("~7^^^X^MR")]
    [InlineData("^a&b")]
    [InlineData("|x")]
    [InlineData("&")]
    [InlineData("\\E\\")]
    [InlineData("\\X414243\\")]
    [InlineData("\\.br\\")]
    [InlineData("\\")]
    [InlineData("\\E")]
    [InlineData("\rNTE|1||x")]
    [InlineData("\rMSH|^~\\&")]
    [InlineData("\n")]
    [InlineData("\"\"")]
    public void S_05_reading_a_hundred_thousand_repetitions_costs_as_much_as_their_number(string piece) =>
        Holds(count => Encoding.ASCII.GetBytes(Header + "PID|1||7" + string.Concat(Enumerable.Repeat(piece, count)) + "\rPV1|1|I\r"), Read);

    [Theory]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1||7\r")]
    [InlineData("BHS|^~\\&\rBTS|0\r")]
    [InlineData("\u000bMSH|^~\\&\u001c\r")]
    [InlineData("\u000b")]
    [InlineData("\r\n")]
    public void S_05_splitting_costs_as_much_as_there_is_to_split(string piece) =>
        Holds(count => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, count))), static bytes => _ = MessageFile.Split(bytes).Length + MessageBatch.Split(bytes).Messages.Length);

    [Fact]
    public void S_05_an_acknowledgement_costs_as_much_as_what_it_repeats() =>
        Holds(
            count => Encoding.ASCII.GetBytes("MSH|^~\\&|A|B|C|D|2026||ADT^A01|" + new string('\u0007', count) + "|P|2.5\r"),
            static bytes => AcknowledgementWriter.Answer(bytes, new Acknowledgement { Code = AckCode.AA, ControlId = "1", Time = DateTimeOffset.UnixEpoch }, isKept: true));

    [Fact]
    public void S_04_a_frame_that_trickles_in_is_looked_at_once() =>
        Holds(
            count => Enumerable.Repeat((byte)'x', count * 4).Prepend((byte)0x0B).ToArray(),
            static bytes =>
            {
                var framer = new MllpFramer(1 << 24, 0);
                for (var end = 64; end <= bytes.Length; end += 64)
                {
                    var buffer = new System.Buffers.ReadOnlySequence<byte>(bytes, framer.IsOpen ? 1 : 0, framer.IsOpen ? end - 1 : end);
                    framer.TryRead(ref buffer, trailerOverdue: false, out _);
                }
            });

    private static void Read(byte[] bytes)
    {
        AdtExamination.Examine(bytes);
        if (!Hl7Message.TryParse(bytes, out var message, out _))
            return;
        for (var segment = message.Segment(0); segment.Exists; segment = message.Segment(segment.Index + 1))
        {
            foreach (var repetition in segment.Field(3).Repetitions)
                _ = repetition.Part(1).Text;
            _ = segment.Field(3).Text + segment.Field(3).WholeText;
        }
    }

    private static void Holds(Func<int, byte[]> make, Action<byte[]> run)
    {
        var (small, large) = (make(100_000), make(200_000));
        run(small);
        double ratio = double.MaxValue;
        for (var attempt = 0; attempt < 6 && ratio > MostRatio; attempt++)
        {
            var (once, twice) = (double.MaxValue, double.MaxValue);
            for (var i = 0; i < 5; i++)
            {
                once = Math.Min(once, Time(small, run));
                twice = Math.Min(twice, Time(large, run));
            }

            // Too short to be measured is linear enough.
            ratio = Math.Min(ratio, twice < 1 ? 0 : twice / Math.Max(once, 0.1));
        }

        Assert.True(ratio <= MostRatio, $"twice the input takes {ratio:0.0} times as long");
    }

    /// <summary>Milliseconds of this thread's own processor time: what else runs on the machine does not count.</summary>
    private static double Time(byte[] bytes, Action<byte[]> run)
    {
        GC.Collect(0);
        var from = ThreadClock.Milliseconds();
        run(bytes);
        return ThreadClock.Milliseconds() - from;
    }
}
