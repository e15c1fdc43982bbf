using System.Text;
using System.Text.Json;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>One bad field loses that field, with an issue, and not the message: every field and component of a rich message, with every hostile value.</summary>
public sealed class OneBadFieldTests
{
    private static readonly AdtFeedSettings Settings = new() { Source = "north" };

    private static readonly DateTimeOffset Received = new(2026, 3, 1, 15, 20, 0, TimeSpan.Zero);

    private static readonly string[] Hostile =
    [
        "\"\"", "\u0001\u0002\u0007", "\\X00\\\\X1C\\\\X0B\\", "\\", "\\X", "a\\.br", "99999999999999999999999999999999999999999999", "-1e400", "NaN",
        "20261399", "99991231235959-1400", "00010101+1400", "19", "{\"resourceType\":\"Patient\"}", "<script>alert(1)</script>", "&&&&", "^^^^^^^^^^^^^^^^^^^^", "~~~~", "\uFFFD\uD83D\uDE00\u200B", "   ",
    ];

    /// <summary>Which resources may change where a segment does; others must stay as they were. PID, PV1, EVN and MSH decide keys and times of everything.</summary>
    private static readonly Dictionary<string, string[]> Reach = new(StringComparer.Ordinal)
    {
        ["SFT"] = ["MessageHeader"],
        ["PD1"] = ["Patient", "Practitioner", "Organization", "PractitionerRole"],
        ["ROL"] = ["Patient", "Encounter", "PractitionerRole", "Practitioner", "Organization", "Location"],
        ["NK1"] = ["Patient", "RelatedPerson", "Organization"],
        ["PV2"] = ["Encounter"],
        ["OBX"] = ["Observation", "Practitioner", "Organization"],
        ["AL1"] = ["AllergyIntolerance"],
        ["IAM"] = ["AllergyIntolerance"],
        ["DG1"] = ["Condition", "Encounter", "Practitioner"],
        ["PR1"] = ["Procedure", "Practitioner"],
        ["IN1"] = ["Coverage", "Organization", "RelatedPerson", "Patient"],
        ["IN2"] = ["Coverage"],
        ["ZPD"] = [],
    };

    [Fact]
    public void Whatever_one_field_holds_the_message_is_converted_or_held_with_a_reason_and_the_rest_stays()
    {
        var baseline = Resources(Convert(RichMessage.Segments)!);
        Assert.True(baseline.Count >= 28, $"{baseline.Count} resources");
        var conversions = 0;
        for (var s = 0; s < RichMessage.Segments.Length; s++)
        {
            var fields = RichMessage.Segments[s].Split('|');
            for (var f = 1; f < fields.Length; f++)
            {
                // The delimiters themselves: a message without them is not one.
                if (s == 0 && f == 1)
                    continue;
                foreach (var value in Hostile)
                    conversions += Check(s, fields, f, value, baseline);
                foreach (var corrupted in Components(fields[f]))
                    conversions += Check(s, fields, f, corrupted, baseline);
            }
        }

        Assert.True(conversions > 5000, $"{conversions} conversions");
    }

    [Fact]
    public void A_field_that_repeats_without_end_is_cut_with_an_issue_and_costs_no_more_than_its_length()
    {
        for (var s = 1; s < RichMessage.Segments.Length; s++)
        {
            var fields = RichMessage.Segments[s].Split('|');
            for (var f = 1; f < fields.Length; f++)
            {
                if (fields[f].Length == 0)
                    continue;
                var text = new StringBuilder(fields[f]);
                for (var i = 0; i < 100_000; i++)
                    text.Append('~').Append(i % 10);
                var changed = RichMessage.Segments.ToArray();
                changed[s] = string.Join('|', fields[..f].Append(text.ToString()).Concat(fields[(f + 1)..]));
                var converted = Convert(changed);
                Assert.NotNull(converted);
                Assert.True(converted.Bundle.Length < 400_000, $"{fields[0]}-{f}: {converted.Bundle.Length} bytes");
                Assert.Contains(converted.Issues, i => i.Code == AdtIssueCodes.TooMany && i.Location == $"{fields[0]}-{f}");
            }
        }
    }

    private static IEnumerable<string> Components(string field)
    {
        var parts = field.Split('^');
        if (parts.Length < 2)
            yield break;
        for (var i = 0; i < parts.Length; i++)
            foreach (var value in (string[])["\"\"", "\u0001", "20261399", "\\X00\\", "1e400", "&&"])
            {
                var changed = parts.ToArray();
                changed[i] = value;
                yield return string.Join('^', changed);
            }
    }

    private static int Check(int segment, string[] fields, int field, string value, Dictionary<string, string> baseline)
    {
        var changed = RichMessage.Segments.ToArray();
        changed[segment] = string.Join('|', fields[..field].Append(value).Concat(fields[(field + 1)..]));
        var where = $"{fields[0]}-{field} = {value}";
        AdtConversion conversion;
        try
        {
            conversion = AdtConverter.Convert(RichMessage.Bytes(changed), Settings, receivedAt: Received);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(where, e);
        }
        if (conversion.Event is not { } converted)
        {
            Assert.True(conversion.Reason is { Length: > 0 } && fields[0] is "MSH" or "PID", $"{where}: {conversion.Reason}");
            return 1;
        }
        var resources = Resources(converted, where);
        if (Reach.TryGetValue(fields[0], out var reached))
            foreach (var (key, body) in baseline)
                if (!reached.Contains(key[..key.IndexOf('/', StringComparison.Ordinal)]))
                    Assert.True(resources.TryGetValue(key, out var now) && now == body, $"{where}: {key} is not as it was");
        return 1;
    }

    private static AdtEvent? Convert(IEnumerable<string> segments) =>
        AdtConverter.Convert(RichMessage.Bytes(segments), Settings, receivedAt: Received).Event;

    /// <summary>By type/id; strict JSON without empty values or HL7 nulls, and no reference that leads nowhere.</summary>
    private static Dictionary<string, string> Resources(AdtEvent converted, string where = "")
    {
        using var bundle = JsonDocument.Parse(converted.Bundle, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
        {
            var resource = entry.GetProperty("resource");
            var key = $"{resource.GetProperty("resourceType").GetString()}/{resource.GetProperty("id").GetString()}";
            Assert.True(found.TryAdd(key, resource.GetRawText()), $"{where}: {key} twice");
        }
        AssertSound(bundle.RootElement, found, where);
        return found;
    }

    private static void AssertSound(JsonElement element, Dictionary<string, string> known, string where)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.True(element.EnumerateObject().MoveNext(), $"{where}: empty object");
                foreach (var property in element.EnumerateObject())
                {
                    if (property.NameEquals("reference"))
                        Assert.True(known.ContainsKey($"{element.GetProperty("type").GetString()}/{property.Value.GetString()!["urn:uuid:".Length..]}"), $"{where}: {property.Value} leads nowhere");
                    AssertSound(property.Value, known, where);
                }

                break;
            case JsonValueKind.Array:
                Assert.True(element.GetArrayLength() > 0, $"{where}: empty array");
                foreach (var item in element.EnumerateArray())
                    AssertSound(item, known, where);
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                Assert.True(text.Trim().Length > 0 && text != "\"\"" && text.AsSpan().IndexOfAnyExceptInRange('\u0020', '\uFFFF') is var at && (at < 0 || text[at] is '\t' or '\n' or '\r'), $"{where}: '{text}'");
                break;
        }
    }
}
