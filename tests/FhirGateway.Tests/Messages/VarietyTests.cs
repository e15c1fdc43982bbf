using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Messages;

public sealed class VarietyTests
{
    [Fact]
    public void Every_message_gets_the_acknowledgement_of_its_manifest()
    {
        var folder = SharedData.Hl7("variety");
        foreach (var line in File.ReadLines(Path.Combine(folder, "MANIFEST.tsv")).Skip(1))
        {
            var columns = line.Split('\t');
            var batch = MessageBatch.Split(File.ReadAllBytes(Path.Combine(folder, columns[0])));
            var codes = batch.Messages.Select(message => AdtExamination.Examine(message).AckCode.ToString());
            Assert.Equal(columns[1], string.Join(' ', codes));
        }
    }

    [Fact]
    public void Every_message_is_converted_or_held_with_a_reason()
    {
        foreach (var folder in new[] { "variety", "fhir-converter/messages" })
            foreach (var file in Directory.GetFiles(SharedData.Hl7(folder), "*.hl7"))
                foreach (var message in MessageFile.Split(File.ReadAllBytes(file)))
                {
                    var examined = AdtExamination.Examine(message);
                    var conversion = AdtConverter.Convert(message, new AdtFeedSettings { Source = "hosp" });
                    Assert.True((conversion.Reason is null) == (examined.RejectionReason is null), $"{file}: {examined.RejectionReason} {conversion.Reason}");
                    Assert.True(conversion.Reason is not null || !conversion.Events.IsEmpty, file);
                }
    }

    [Fact]
    public void A_message_without_PV1_says_where_and_why()
    {
        var examined = AdtExamination.Examine("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1||7^^^X^MR\r"u8.ToArray());
        Assert.Equal((AckCode.AE, ReasonCodes.SegmentMissing, "PV1"), (examined.AckCode, examined.RejectionReason, examined.ErrorLocation));
    }

    [Theory]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ADT^A99|1|P|2.5\rPID|1\r", AckCode.AR, Hl7ErrorCode.UnsupportedEvent)]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rPID|1\r", AckCode.AR, Hl7ErrorCode.UnsupportedMessageType)]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ADT^A01||P|2.5\rPID|1\rPV1|1|I\r", AckCode.AE, Hl7ErrorCode.RequiredFieldMissing)]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPV1|1|I\r", AckCode.AE, Hl7ErrorCode.RequiredFieldMissing)]
    [InlineData("hello", AckCode.AE, Hl7ErrorCode.SegmentSequence)]
    [InlineData("", AckCode.AE, Hl7ErrorCode.SegmentSequence)]
    [InlineData("MSHAAAA|x", AckCode.AE, Hl7ErrorCode.DataType)]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1\rMSH|^~\\&|A\rPV1|1|I\r", AckCode.AE, Hl7ErrorCode.SegmentSequence)]
    public void What_cannot_be_taken_is_refused_with_a_code(string message, AckCode code, Hl7ErrorCode error)
    {
        var examined = AdtExamination.Examine(System.Text.Encoding.UTF8.GetBytes(message));
        Assert.Equal((code, error), (examined.AckCode, examined.Error));
        Assert.NotNull(examined.RejectionReason);
    }

    [Fact]
    public void A_known_event_that_is_not_converted_is_accepted_and_held()
    {
        var examined = AdtExamination.Examine("MSH|^~\\&|A|B|C|D|2026||ADT^A20|1|P|2.5\rEVN|A20|2026\rNPU|4W^401^A|C\r"u8.ToArray());
        Assert.True(examined.IsHeldForLater);
        Assert.Equal(ReasonCodes.UnsupportedEvent, examined.RejectionReason);
    }

    [Fact]
    public void Every_event_is_converted_or_says_why_not() =>
        Assert.All(AdtTriggers.All, t => Assert.True(t.IsConverted == (t.Unsupported is null), t.Event));
}
