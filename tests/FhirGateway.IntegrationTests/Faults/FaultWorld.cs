using System.Globalization;
using System.Text;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// Invented patients of one hospital and one payer, and two participants: "north" has the even ones, "south" the odd ones by the
/// payer's roster, and every tenth is on the panel of "south" too. So every admit must appear in known streams.
/// </summary>
public static class FaultWorld
{
    public const int Patients = 400;
    public const string Hospital = "general";
    public const string Payer = "acme";
    public static readonly string[] Participants = ["north", "south"];

    public static async Task BuildAsync(GatewayProcess gateway)
    {
        (await gateway.RunAsync("source", "add", Hospital, "--kind", "hospital", "--facility", "FAULTHOSP")).Expect(0);
        (await gateway.RunAsync("source", "add", Payer, "--kind", "payer")).Expect(0);
        foreach (var participant in Participants)
            (await gateway.RunAsync("participant", "add", participant)).Expect(0);
        gateway.Write("roster.csv", Roster());
        gateway.Write("panel.csv", Panel());
        Assert.Equal(Patients, (await gateway.RunAsync("roster", "load", "roster.csv", "--source", Payer)).Expect(0).Json.GetProperty("accepted").GetInt32());
        (await gateway.RunAsync("panel", "load", "panel.csv", "--participant", "south")).Expect(0);
    }

    public static async Task AddClientsAsync(GatewayProcess gateway)
    {
        await gateway.AddClientAsync("--source", Payer);
        foreach (var participant in Participants)
            await gateway.AddClientAsync("--participant", participant);
    }

    /// <summary>Whose ADT stream an event of the patient belongs in.</summary>
    public static bool IsDue(string participant, int patient) =>
        participant == (patient % 2 == 0 ? "north" : "south") || (participant == "south" && patient % 10 == 0);

    /// <summary>Whose claims stream a claim of the patient belongs in: the roster's alone.</summary>
    public static string ClaimsOf(int patient) => patient % 2 == 0 ? "north" : "south";

    /// <summary>An admit of this minute: a panel attests from today, so an older one would not be due.</summary>
    public static byte[] Admit(int patient, string visit, string controlId, string canary = "")
    {
        var now = DateTime.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            $"MSH|^~\\&|REG|FAULTHOSP|GATEWAY|HIE|{now}||ADT^A01^ADT_A01|{controlId}|P|2.5.1\r"
            + $"EVN||{now}\r"
            + $"PID|1||M{patient}^^^FAULTHOSP^MR||{Family(patient)}{canary}^Given||{Birth(patient):yyyyMMdd}|F|||1 Way^^Town^OH^{Zip(patient)}^USA^H\r"
            + $"PV1|1|I|4W^401^A^FAULTHOSP|E|||1234567893^Attend^Alan^^^^^^NPI|||MED|||||||||{visit}^^^FAULTHOSP^VN|||||||||||||||||||||||||{now}\r");
    }

    public static string PatientLine(int patient) =>
        $$"""{"resourceType":"Patient","id":"p{{patient}}","identifier":[{"system":"urn:acme","value":"p{{patient}}"}],"name":[{"family":"{{Family(patient)}}","given":["Given"]}],"gender":"female","birthDate":"{{Birth(patient):yyyy-MM-dd}}","address":[{"postalCode":"{{Zip(patient)}}"}]}""";

    public static string ClaimLine(string id, int patient) =>
        $$$"""{"resourceType":"ExplanationOfBenefit","id":"{{{id}}}","status":"active","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"professional"}]},"use":"claim","patient":{"reference":"Patient/p{{{patient}}}"},"billablePeriod":{"start":"2026-01-05","end":"2026-01-05"},"created":"2026-01-06","insurer":{"display":"payer"},"provider":{"display":"clinic"},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"plan"}}]}""";

    private static string Roster()
    {
        var text = new StringBuilder("member_id,family,given,birth_date,sex,zip,participant,start,local_id\n");
        for (var i = 0; i < Patients; i++)
            text.Append(CultureInfo.InvariantCulture, $"p{i},{Family(i)},Given,{Birth(i):yyyy-MM-dd},F,{Zip(i)},{ClaimsOf(i)},2025-01-01,local{i}\n");
        return text.ToString();
    }

    private static string Panel()
    {
        var text = new StringBuilder("local_id,family,given,birth_date,sex,zip\n");
        for (var i = 0; i < Patients; i += 10)
            text.Append(CultureInfo.InvariantCulture, $"panel{i},{Family(i)},Given,{Birth(i):yyyy-MM-dd},F,{Zip(i)}\n");
        return text.ToString();
    }

    /// <summary>Letters only: digits in names are for machines.</summary>
    private static string Family(int patient) => "Fault" + (char)('a' + patient / 100) + (char)('a' + patient / 10 % 10) + (char)('a' + patient % 10);

    private static DateOnly Birth(int patient) => new DateOnly(1940, 1, 1).AddDays(patient * 7);

    private static string Zip(int patient) => (43000 + patient % 50).ToString(CultureInfo.InvariantCulture);
}
