using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Tests.Hl7v2;

/// <summary>How the bytes of a message are read, and what is said of it.</summary>
public sealed class CharsetTests
{
    private static readonly Encoding Windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>MSH-18 as sent, what the bytes are in, what was decided and by what, and whether it is doubtful.</summary>
    [Theory]
    [InlineData("", "utf-8", "utf-8", CharsetOrigin.Detected, false)]
    [InlineData("", "windows-1252", "windows-1252", CharsetOrigin.Fallback, false)]
    [InlineData("UNICODE UTF-8", "utf-8", "utf-8", CharsetOrigin.Declared, false)]
    [InlineData("UTF8", "utf-8", "utf-8", CharsetOrigin.Declared, false)]
    [InlineData("8859/1", "iso-8859-1", "iso-8859-1", CharsetOrigin.Declared, false)]
    [InlineData("8859/15", "iso-8859-15", "iso-8859-15", CharsetOrigin.Declared, false)]
    [InlineData("ASCII", "utf-8", "utf-8", CharsetOrigin.Detected, true)]
    [InlineData("ASCII", "windows-1252", "windows-1252", CharsetOrigin.Fallback, true)]
    [InlineData("KLINGON", "utf-8", "utf-8", CharsetOrigin.Detected, true)]
    [InlineData("ASCII~UNICODE UTF-8", "utf-8", "utf-8", CharsetOrigin.Declared, false)]
    [InlineData("ASCII~8859/1", "iso-8859-1", "iso-8859-1", CharsetOrigin.Declared, false)]
    [InlineData("~8859/2", "iso-8859-2", "iso-8859-2", CharsetOrigin.Declared, false)]
    [InlineData("UNICODE UTF-8~8859/1", "iso-8859-1", "iso-8859-1", CharsetOrigin.Declared, false)]
    [InlineData("UNICODE UTF-8~8859/1", "utf-8", "utf-8", CharsetOrigin.Declared, false)]
    [InlineData("\"\"", "utf-8", "utf-8", CharsetOrigin.Detected, false)]
    public void S_09_MSH_18_is_honoured_with_its_repetitions_and_the_decision_says_its_origin(string declared, string sent, string name, CharsetOrigin origin, bool doubtful)
    {
        var bytes = (CodePagesEncodingProvider.Instance.GetEncoding(sent) ?? Encoding.GetEncoding(sent)).GetBytes(Text(declared));
        Assert.True(Hl7Message.TryParse(bytes, out var message, out _));
        Assert.Equal((name, origin, doubtful), (message.Charset.Name, message.Charset.Origin, message.Charset.IsDoubtful));
        Assert.Equal("MÜNCH", message.First("PID").Field(5).Text);
        Assert.False(message.HasReplacements);
    }

    [Fact]
    public void S_09_Japanese_with_its_escape_sequences_is_read()
    {
        var japanese = CodePagesEncodingProvider.Instance.GetEncoding(50220)!;
        var bytes = japanese.GetBytes(Text("~ISO IR87").Replace("MÜNCH", "山田", StringComparison.Ordinal));
        Assert.True(Hl7Message.TryParse(bytes, out var message, out _));
        Assert.Equal("山田", message.First("PID").Field(5).Text);
    }

    [Fact]
    public void S_09_bytes_that_are_not_what_MSH_18_says_are_an_error_with_its_place_unless_the_feed_knows_better()
    {
        var bytes = Windows.GetBytes(Text("UNICODE UTF-8"));
        var examined = AdtExamination.Examine(bytes);
        Assert.Equal((AckCode.AE, ReasonCodes.InvalidText, Hl7ErrorCode.DataType, "MSH^1^18"), (examined.AckCode, examined.RejectionReason, examined.Error, examined.ErrorLocation));
        Assert.Equal(AckCode.AA, AdtExamination.Examine(bytes, "windows-1252").AckCode);
        Assert.True(Hl7Message.TryParse(bytes, out var message, out _, "WINDOWS-1252"));
        Assert.Equal(("MÜNCH", CharsetOrigin.Feed), (message.First("PID").Field(5).Text, message.Charset.Origin));
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("utf-16", false)]
    public void S_09_what_cannot_ride_MLLP_is_named(string encoding, bool withMark)
    {
        var wide = Encoding.GetEncoding(encoding);
        var examined = AdtExamination.Examine((byte[])[.. withMark ? wide.GetPreamble() : [], .. wide.GetBytes(Text(""))]);
        Assert.Equal((AckCode.AE, ReasonCodes.InvalidText), (examined.AckCode, examined.RejectionReason));
    }

    private static string Text(string declared) =>
        $"MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5||||||{declared}\rPID|1||7||MÜNCH\rPV1|1|I\r";
}
