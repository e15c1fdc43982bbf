using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class CodeSyntaxTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("http://loinc.org", "8480-6 2160-0 LA6576-8 LP14543-4 LL715-4 LG33055-1 MTHU000001", "8480-7 8480 84806 -6 8480-A L8480-6 12345678-9")]
    [InlineData("http://snomed.info/sct", "73211009 404684003 11000274103 271649006:363713009=12394009", "73211008 7321100 404684013 173211009 dog 073211009")]
    [InlineData("http://hl7.org/fhir/sid/us-npi", "1234567893 1558598797", "1234567890 123456789 12345678933 123456789X")]
    [InlineData("http://hl7.org/fhir/sid/us-mbi", "1EG4TE5MK73 1S00E00AA08 1eg4te5mk73", "0EG4TE5MK73 1EG4TE5MK7 1EG4-TE5-MK73 1OG4TE5MK73 1E44TEIMK73")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "E11.9 E119 C4A.0 O9A.111 S72.001A U07.1 Z99 M1A.00X0", "E1 11.9 E11. E11.12345 É11.9 E11-9")]
    [InlineData("http://www.cms.gov/Medicare/Coding/ICD10", "0W9B00Z 02HA0QZ 4A023N7", "0W9B00 0W9B00ZZ 0W9BO0Z 0W9BI0Z")]
    [InlineData("http://hl7.org/fhir/sid/icd-9-cm", "250.00 25000 V10.3 V1003 E950.1 E9501 38.93 3893 99", "250.000 1 A25.0 E95.01 V1.0")]
    [InlineData("http://hl7.org/fhir/sid/ndc", "0777-3105-02 50242-040-62 60575-4112-1 00777310502 49281-0215-10 0777-3105", "0777-3105-022 777-3105-02 0777 07773105A2")]
    [InlineData("http://www.ama-assn.org/go/cpt", "99213 0001U 0042T 3074F 0001M 25 P1", "9921 992134 A0428 99213A")]
    [InlineData("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "A0428 J1100 99213 GT", "AA428 A042 A04288")]
    [InlineData("https://www.nubc.org/CodeSystem/RevenueCodes", "0450 1001", "450 04500 045A")]
    [InlineData("http://hl7.org/fhir/sid/cvx", "8 140 998", "1400 A8 ")]
    [InlineData("http://www.nlm.nih.gov/research/umls/rxnorm", "7980 1049221", "N0000 ")]
    [InlineData("http://nucc.org/provider-taxonomy", "208D00000X 193200000X", "208D00000 208D00000Y 208D000000X")]
    [InlineData("urn:oid:2.16.840.1.113883.6.238", "2106-3 1002-5", "21063 2106-33 21O6-3")]
    [InlineData("http://unitsofmeasure.org", "mg/dL mm[Hg] 10*3/uL", "mgs mEq ml/hr")]
    [InlineData("urn:iso:std:iso:3166", "US USA 840 US-CA", "XX us USAA US-ZZ")]
    public void The_form_of_a_code_is_known(string system, string valid, string malformed)
    {
        foreach (var code in valid.Split(' '))
            Assert.True(Check(system, code) == CodeCheck.Ok, code);
        foreach (var code in malformed.Split(' '))
            Assert.True(Check(system, code) == CodeCheck.Malformed, code);
    }

    [Fact]
    public void A_system_whose_form_is_not_known_is_not_judged()
    {
        Assert.Equal(CodeCheck.NotKnown, Check("http://x/system", "anything"));
        Assert.Equal(CodeCheck.NotKnown, Check("", ""));
    }

    [Fact]
    public void One_wrong_or_two_swapped_digits_spoil_an_identifier_of_snomed()
    {
        foreach (var id in new[] { "73211009", "404684003", "900000000000207008" })
            for (var i = 0; i < id.Length; i++)
            {
                for (var digit = '0'; digit <= '9'; digit++)
                    Assert.Equal(digit == id[i] ? CodeCheck.Ok : CodeCheck.Malformed, Check("http://snomed.info/sct", id[..i] + digit + id[(i + 1)..]));
                if (i > 0 && id[i] != id[i - 1])
                    Assert.Equal(CodeCheck.Malformed, Check("http://snomed.info/sct", id[..(i - 1)] + id[i] + id[i - 1] + id[(i + 1)..]));
            }
    }

    [Fact]
    public void No_bytes_make_a_check_fail()
    {
        var random = new Random(7);
        var systems = new[] { "http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-9-cm", "http://hl7.org/fhir/sid/ndc", "urn:ietf:bcp:47", "urn:ietf:bcp:13", "http://unitsofmeasure.org", "http://hl7.org/fhir/sid/us-mbi", "urn:iso:std:iso:3166" };
        var alphabet = "0129-./ABXZax[]{}()*^'=+;\"é\0"u8.ToArray();
        for (var i = 0; i < 200_000; i++)
        {
            var code = new byte[random.Next(0, 14)];
            for (var n = 0; n < code.Length; n++)
                code[n] = random.Next(20) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            Assert.NotEqual(CodeCheck.NotKnown, CodeSyntax.Check(Encoding.UTF8.GetBytes(systems[i % systems.Length]), code));
        }
    }

    /// <summary>Codes that are wrong where they were published: other units than UCUM's, a digit too many, another system's code.</summary>
    private static readonly HashSet<string> PublishedWrong =
    [
        "ml/hr", "tbl", "mcg", "ea", "TAB", "drop", "month", "[lb_i]", "mEq", "look up value", "T-15460", "415818005", "6547210000124112", "A0428",
    ];

    [Theory]
    [InlineData("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz")]
    [InlineData("fhir/packages/us_core_311.tgz")]
    [InlineData("fhir/packages/us_core_610.tgz")]
    [InlineData("fhir/packages/carin4bb-200.tgz")]
    [InlineData("fhir/samples/synthea-bundles-8.tar.gz")]
    public void No_published_code_is_called_malformed(string archive)
    {
        var codes = new HashSet<(string System, string Code)>();
        foreach (var (name, bytes) in SharedSamples.Entries(archive))
            if (name.EndsWith(".json", StringComparison.Ordinal) && !name.Contains("openapi", StringComparison.Ordinal))
                using (var document = JsonDocument.Parse(bytes))
                    Collect(document.RootElement, codes);
        var judged = codes.Where(c => Check(c.System, c.Code) != CodeCheck.NotKnown).ToList();
        var malformed = judged.Where(c => Check(c.System, c.Code) == CodeCheck.Malformed && !PublishedWrong.Contains(c.Code)).ToList();
        output.WriteLine($"{archive}: {judged.Count} codes judged");
        Assert.NotEmpty(judged);
        Assert.Empty(malformed);
    }

    private static void Collect(JsonElement element, HashSet<(string System, string Code)> codes)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (Text(element, "system") is { } system)
            {
                if (Text(element, "code") is { } code)
                    codes.Add((system, code));
                if (element.TryGetProperty("concept", out var concepts) && concepts.ValueKind == JsonValueKind.Array)
                    foreach (var concept in concepts.EnumerateArray())
                        if (Text(concept, "code") is { } listed)
                            codes.Add((system, listed));
            }
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, codes);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Collect(item, codes);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static CodeCheck Check(string system, string code) => CodeSyntax.Check(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code));
}
