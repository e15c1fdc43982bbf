using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A few members of one payer, like no other payer's, with two claims each.</summary>
public sealed class MemberClaims(string payer, int members = 5)
{
    public DateTimeOffset Since { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IEnumerable<string> Patients => Enumerable.Range(0, members).Select(Id);

    /// <summary>Numbers of the claims.</summary>
    public IReadOnlyList<string> Claims => [.. Enumerable.Range(0, members).SelectMany(m => new[] { Id(m) + "-0", Id(m) + "-1" })];

    public IEnumerable<string> Lines =>
        Enumerable.Range(0, members).Select(m => Patient(m)).Concat(Enumerable.Range(0, members).SelectMany(m => new[] { Claim(m, 0), Claim(m, 1) }));

    public static string Id(int member) => "m" + member.ToString(CultureInfo.InvariantCulture);

    public string Patient(int member) =>
        $$"""{"resourceType":"Patient","id":"{{Id(member)}}","identifier":[{"system":"urn:{{payer}}","value":"{{Id(member)}}"}],"name":[{"family":"{{Family(member)}}","given":["Given"]}],"gender":"female","birthDate":"{{Birth(member)}}","address":[{"postalCode":"{{Zip(member)}}"}]}""";

    public string Claim(int member, int number, string day = "2026-01-05") =>
        $$$"""{"resourceType":"ExplanationOfBenefit","id":"{{{Id(member)}}}-{{{number}}}","identifier":[{"system":"urn:claim","value":"{{{Id(member)}}}-{{{number}}}"}],"status":"active","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"professional"}]},"use":"claim","patient":{"reference":"Patient/{{{Id(member)}}}"},"billablePeriod":{"start":"{{{day}}}","end":"{{{day}}}"},"created":"2026-01-06","insurer":{"display":"payer"},"provider":{"display":"clinic"},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"plan"}}]}""";

    /// <summary>Number of the claim in a published resource.</summary>
    public static string NumberOf(JsonElement resource) =>
        resource.GetProperty("identifier").EnumerateArray().Where(i => i.TryGetProperty("system", out var s) && s.GetString() == "urn:claim").Select(i => i.GetProperty("value").GetString()).FirstOrDefault() ?? "?";

    public string Roster(string participant)
    {
        var text = new StringBuilder("member_id,family,given,birth_date,sex,zip,participant,start,local_id\n");
        for (var m = 0; m < members; m++)
            text.Append(CultureInfo.InvariantCulture, $"{Id(m)},{Family(m)},Given,{Birth(m)},F,{Zip(m)},{participant},2025-01-01,{payer}-{m}\n");
        return text.ToString();
    }

    /// <summary>Letters only, and of this payer alone.</summary>
    private string Family(int member) => "Fam" + string.Concat(payer.Where(char.IsAsciiLetter)) + string.Concat(member.ToString(CultureInfo.InvariantCulture).Select(d => (char)('a' + (d - '0'))));

    private string Birth(int member) => new DateOnly(1930, 1, 1).AddDays((int)(Hash() % 20_000) + member * 397).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Zip(int member) => (10_000 + (Hash() + (uint)member * 31) % 80_000).ToString(CultureInfo.InvariantCulture);

    private uint Hash() => payer.Aggregate(17u, (h, c) => h * 31 + c);
}
