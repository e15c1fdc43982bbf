using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class ObservationTests
{
    private static (JsonElement Observation, AdtEvent Event) Convert(string obx)
    {
        var message = $"MSH|^~\\&|APP|NORTHHOSP|GW|HIE|20260301101500-0500||ADT^A08|C1|P|2.5.1\rEVN|A08|20260301101000-0500\rPID|1||M1^^^NORTH^MR||DOE^ANN||19500214|F\rPV1|1|I|4W||||||||||||||||V1^^^NORTH\r{obx}\r";
        var converted = AdtConverter.Convert(Encoding.UTF8.GetBytes(message), new AdtFeedSettings { Source = "north" }).Event!;
        var found = JsonDocument.Parse(converted.Bundle).RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .FirstOrDefault(r => r.GetProperty("resourceType").GetString() == "Observation");
        return (found, converted);
    }

    [Theory]
    [InlineData("OBX|1|NM|1^X^L||+01.10|mg/dL^^UCUM", "valueQuantity", """{"value":1.10,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}""")]
    [InlineData("OBX|1|NM|1^X^L||88|beats/min", "valueQuantity", """{"value":88,"unit":"beats/min","system":"http://unitsofmeasure.org","code":"/min"}""")]
    [InlineData("OBX|1|NM|1^X^L||7|widgets", "valueQuantity", """{"value":7,"unit":"widgets"}""")]
    [InlineData("OBX|1|SN|1^X^L||>^400|mg/dL", "valueQuantity", """{"value":400,"comparator":">","unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}""")]
    [InlineData("OBX|1|SN|1^X^L||^2^-^4", "valueRange", """{"low":{"value":2},"high":{"value":4}}""")]
    [InlineData("OBX|1|SN|1^X^L||^1^:^128", "valueRatio", """{"numerator":{"value":1},"denominator":{"value":128}}""")]
    [InlineData("OBX|1|SN|1^X^L||^2^+", "valueString", "\"2+\"")]
    [InlineData("OBX|1|ST|1^X^L||as seen", "valueString", "\"as seen\"")]
    [InlineData("OBX|1|TX|1^X^L||one~two", "valueString", "\"one\\ntwo\"")]
    [InlineData("OBX|1|CWE|1^X^L||260385009^Negative^SCT", "valueCodeableConcept", """{"coding":[{"system":"http://snomed.info/sct","code":"260385009","display":"Negative"}]}""")]
    [InlineData("OBX|1|TS|1^X^L||20260301", "valueDateTime", "\"2026-03-01\"")]
    [InlineData("OBX|1|TM|1^X^L||1830", "valueTime", "\"18:30:00\"")]
    public void A_value_is_read_by_its_type(string obx, string name, string expected) =>
        Assert.Equal(expected, Convert(obx + "||||||F").Observation.GetProperty(name).GetRawText());

    [Theory]
    [InlineData("OBX|1|NM|1^X^L||high", "invalid-number OBX-5")]
    [InlineData("OBX|1|ED|1^X^L||^TEXT^PDF^Base64^JVBE", "unsupported-value OBX-5")]
    [InlineData("OBX|1|TS|1^X^L||20261399", "invalid-date OBX-5")]
    [InlineData("OBX|1|NM|1^X^L||7|widgets", "unmapped-code OBX-6")]
    [InlineData("OBX|1|ST|||x", "incomplete OBX-3")]
    public void What_cannot_be_read_is_an_issue_with_its_place(string obx, string issue) =>
        Assert.Contains(issue, Convert(obx + "||||||F").Event.Issues.Select(i => $"{i.Code} {i.Location}"));

    [Fact]
    public void A_vital_sign_is_one_only_where_number_and_time_are_there()
    {
        Assert.Equal("vital-signs", Convert("OBX|1|NM|8867-4^Heart rate^LN||88|/min|||||F|||20260301").Observation.GetProperty("category")[0].GetProperty("coding")[0].GetProperty("code").GetString());
        Assert.False(Convert("OBX|1|NM|8867-4^Heart rate^LN||88|/min|||||F").Observation.TryGetProperty("category", out _));
        Assert.False(Convert("OBX|1|NM|2345-7^Glucose^LN||88|mg/dL|||||F|||20260301").Observation.TryGetProperty("category", out _));
    }

    [Theory]
    [InlineData("F", "final")]
    [InlineData("C", "corrected")]
    [InlineData("W", "entered-in-error")]
    [InlineData("", "unknown")]
    [InlineData("?", "unknown")]
    public void The_status_is_that_of_the_table(string sent, string status) =>
        Assert.Equal(status, Convert($"OBX|1|ST|1^X^L||x||||||{sent}").Observation.GetProperty("status").GetString());

    [Fact]
    public void Ranges_interpretations_and_repeated_values_are_kept()
    {
        var seen = Convert("OBX|1|NM|1^X^L||60~120|/min|70-80|H~B|||F").Observation;
        Assert.Equal("""[{"low":{"value":70,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"},"high":{"value":80,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"},"text":"70-80"}]""", seen.GetProperty("referenceRange").GetRawText());
        Assert.Equal(["H", "B"], seen.GetProperty("interpretation").EnumerateArray().Select(i => i.GetProperty("coding")[0].GetProperty("code").GetString()));
        Assert.Equal(["60", "120"], seen.GetProperty("component").EnumerateArray().Select(c => c.GetProperty("valueQuantity").GetProperty("value").GetRawText()));
        Assert.False(seen.TryGetProperty("valueQuantity", out _));
    }
}
