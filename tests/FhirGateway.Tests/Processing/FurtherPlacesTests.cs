using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Labels;
using FhirGateway.Processing;

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
        Assert.Equal(isEmpty, FurtherPlaces.LabelsOf(message, Places, new MessageFields()).IsEmpty);
    }

    [Theory]
    [InlineData("20120101", false)]
    [InlineData("19800101", true)]
    public void A_services_of_minors_is_labelled_by_the_patient_of_its_own_visit(string born, bool isEmpty)
    {
        var text = $"MSH|^~\\&|A|B|C|D|2026||ADT^A17|1|P|2.5\rPID|1||||||19500101\rPV1|1|I|4W\rPID|2||||||{born}\rPV1|2|I|5E|||||||TEEN CLINIC\r";
        Assert.True(Hl7Message.TryParse(Encoding.UTF8.GetBytes(text), out var message, out _));
        var first = new MessageFields { EventDay = new DateOnly(2026, 6, 1), BirthDate = new DateOnly(1950, 1, 1) };
        Assert.Equal(isEmpty, FurtherPlaces.LabelsOf(message, Places, first).IsEmpty);
    }
}
