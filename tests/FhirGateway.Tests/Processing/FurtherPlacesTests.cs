using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Labels;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Processing;
using FhirGateway.Tests.Normalization;
using FhirGateway.Validation;

namespace FhirGateway.Tests.Processing;

public sealed class FurtherPlacesTests
{
    private static readonly SensitivePlaces Places = new([], ["DETOX"], []);

    [Theory]
    [InlineData("PV1|1|I|4W", true)]
    [InlineData("PV1|1|I|4W|||DETOX^1", false)]
    [InlineData("PV1|1|I|4W||||||||DETOX^1", false)]
    [InlineData("PV1|1|I|4W\rPID|2\rPV1|2|I|DETOX", false)]
    [InlineData("PV1|1|I|4W\rPID|2\rPV1|2|I|5E|||DETOX", false)]
    [InlineData("PV1|1|I|4W\rPID|2\rPV1|2|I|5E||||||||||||||||||||||||||||||||||||||||DETOX", false)]
    public void A_sensitive_unit_anywhere_in_the_message_labels_it(string visits, bool isEmpty)
    {
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes("MSH|^~\\&|A|B|C|D|2026||ADT^A17|1|P|2.5\rPID|1\r" + visits + "\r"), out var message, out _));
        Assert.Equal(isEmpty, FurtherPlaces.LabelsOf(message, new MessageFields(), BornOn, Places).IsEmpty);
    }

    [Theory]
    [InlineData("A17", "PID|1||1||||19500101\rPV1|1|I|4W\rPID|2||2||||20120101\rPV1|2|I|TEEN", true)]
    [InlineData("A17", "PID|1||1||||20120101\rPV1|1|I|4W\rPID|2||2||||19500101\rPV1|2|I|TEEN", false)]
    [InlineData("A17", "PID|1||1||||19500101\rPID|2||2||||20120101\rPV1|1|I|TEEN", true)]
    [InlineData("A40", "PID|1||1||||19500101\rMRG|3\rPID|2||2||||20120101\rMRG|4\rDG1|1||O09.31^X^I10", true)]
    [InlineData("A40", "PID|1||1||||19500101\rMRG|3\rPID|2||2||||19600101\rMRG|4\rDG1|1||O09.31^X^I10", false)]
    public void Each_patient_of_a_message_may_be_the_minor(string trigger, string segments, bool isLabelled)
    {
        var text = "MSH|^~\\&|A|MERCY|C|D|20260620||ADT^" + trigger + "|1|P|2.5\rEVN||20260620\r" + segments + "\r";
        var entry = new JournaledEntry(
            new EntryId(1), new EntryId(2), new JournalEntry(EntryKind.Hl7v2Message, 1, new DateTimeOffset(2026, 6, 20, 0, 0, 0, TimeSpan.Zero), "", Encoding.UTF8.GetBytes(text)));
        var settings = new SourceSettings.Settings(
            new NormalizationSettings("mercy", new KnownResources()), new AdtFeedSettings { Source = "mercy" }, Places,
            new ValidationSettings(new ProfileSets().Of([]), HoldsErrors: false), []);
        Assert.Equal(isLabelled, MessageStage.Run(entry, settings).Labels.Contains("Minor", StringComparison.OrdinalIgnoreCase));
    }

    private static DateOnly? BornOn(Hl7Value field) => Hl7DateTime.TryParse(field.Code, out var time) ? time.Date : null;
}
