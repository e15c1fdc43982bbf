namespace FhirGateway.IntegrationTests.Commands;

/// <summary>Two payers, a participant, and three invented members with a claim before and one after 2024 each.</summary>
internal static class SmallWorld
{
    public static readonly string[] Members = ["m1", "m2", "m3"];

    public static async Task BuildAsync(GatewayFolder folder)
    {
        (await folder.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(0);
        (await folder.RunAsync("source", "add", "zenith", "--kind", "payer")).Expect(0);
        (await folder.RunAsync("participant", "add", "aco", "--name", "An ACO")).Expect(0);
        foreach (var payer in new[] { "acme", "zenith" })
        {
            folder.Write($"{payer}/Patient.ndjson", string.Concat(Members.Select(m => Patient(payer, m) + "\n")));
            folder.Write($"{payer}/ExplanationOfBenefit.ndjson", string.Concat(Members.SelectMany(m => new[] { Claim(m, "old", "2023-06-01"), Claim(m, "new", "2024-06-01") }).Select(l => l + "\n")));
        }
    }

    public static string Roster(params string[] members) =>
        "member_id,participant,start,local_id\n" + string.Concat(members.Select(m => $"{m},aco,2024-01-01,local-{m}\n"));

    private static string Patient(string payer, string id) =>
        $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"urn:{{payer}}","value":"{{id}}"}],"name":[{"family":"Family{{id}}","given":["Given"]}],"gender":"female","birthDate":"1950-01-0{{id[1..]}}","address":[{"postalCode":"0210{{id[1..]}}"}]}""";

    private static string Claim(string member, string which, string day) =>
        $$"""{"resourceType":"ExplanationOfBenefit","id":"{{member}}-{{which}}","status":"active","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"professional"}]},"use":"claim","patient":{"reference":"Patient/{{member}}"},"billablePeriod":{"start":"{{day}}","end":"{{day}}"},"created":"{{day}}","insurer":{"display":"payer"},"provider":{"display":"clinic"},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"plan"} }] }""";
}
