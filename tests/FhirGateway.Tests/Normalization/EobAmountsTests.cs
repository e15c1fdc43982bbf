using System.Text;
using FhirGateway.Normalization;
using FhirGateway.Tests.Fhir;

namespace FhirGateway.Tests.Normalization;

public sealed class EobAmountsTests
{
    [Fact]
    public void Money_goes_and_all_else_stays()
    {
        var json = EobAmounts.Remove("""
            {"resourceType":"ExplanationOfBenefit","text":{"status":"generated","div":"<div>paid $5</div>"},"total":[{"amount":{"value":1}}],"payment":{"amount":{"value":1}},
            "extension":[{"url":"a","valueMoney":{"value":2}},{"url":"b","valueCode":"c"}],"type":{"text":"t"},
            "supportingInfo":[{"sequence":1,"valueQuantity":{"value":1.50}}],"adjudication":[{}],"benefitBalance":[{}],
            "item":[{"sequence":1,"extension":[{"url":"a","valueMoney":{"value":2}}],"net":{"value":1},"unitPrice":{"value":1},"quantity":{"value":2.0},
            "adjudication":[{}],"detail":[{"sequence":1,"net":{"value":3},"subDetail":[{"sequence":2,"adjudication":[{}]}]}]}],"addItem":[{"net":{"value":4},"itemSequence":[1]}]}
            """u8);
        Assert.Equal(
            """{"resourceType":"ExplanationOfBenefit","extension":[{"url":"b","valueCode":"c"}],"type":{"text":"t"},"supportingInfo":[{"sequence":1,"valueQuantity":{"value":1.50}}],"item":[{"sequence":1,"quantity":{"value":2.0},"detail":[{"sequence":1,"subDetail":[{"sequence":2}]}]}],"addItem":[{"itemSequence":[1]}]}""",
            Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void No_currency_is_left_in_the_claims_of_the_sample()
    {
        foreach (var (_, bytes) in SharedSamples.Entries("fhir/samples/synthea-bundles-8.tar.gz").Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var document = System.Text.Json.JsonDocument.Parse(bytes);
            foreach (var entry in document.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                if (resource.GetProperty("resourceType").GetString() is "ExplanationOfBenefit" or "Claim")
                    Assert.DoesNotContain("\"USD\"", Encoding.UTF8.GetString(EobAmounts.Remove(Encoding.UTF8.GetBytes(resource.GetRawText()))), StringComparison.Ordinal);
            }
        }
    }
}
