using System.Globalization;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Http;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>Claims of the patients of <see cref="FaultWorld"/> whose ids have three digits, as many as one likes, numbered from 0.</summary>
internal static class ClaimFiles
{
    public const int FirstPatient = 100;
    public const int Patients = 300;
    private const string Mark = "\"system\":\"urn:claim\",\"value\":\"";

    private const string Template =
        """{"resourceType":"ExplanationOfBenefit","id":"k##########","identifier":[{"system":"urn:claim","value":"##########"}],"status":"active","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"professional"}]},"use":"claim","patient":{"reference":"Patient/p@@@"},"billablePeriod":{"start":"2026-01-05","end":"2026-01-05"},"created":"2026-01-06","insurer":{"display":"payer"},"provider":{"display":"clinic"},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"plan"} }] }""";

    public static string PatientLines => string.Concat(Enumerable.Range(FirstPatient, Patients).Select(p => FaultWorld.PatientLine(p) + "\n"));

    public static RepeatedContent Claims(long lines) => new(Template, lines, FirstPatient, Patients);

    /// <summary>One claim as <see cref="Claims"/> has it.</summary>
    public static string Claim(long number) => Template
        .Replace("##########", number.ToString("D10", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@@@", (FirstPatient + number % Patients).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Whose claims stream a claim belongs in.</summary>
    public static string ParticipantOf(long number) => FaultWorld.ClaimsOf((int)(FirstPatient + number % Patients));

    /// <summary>Number of the claim in a stream entry; -1 where it is no such claim.</summary>
    public static long NumberIn(string entry)
    {
        var at = entry.IndexOf(Mark, StringComparison.Ordinal);
        return at < 0 ? -1 : long.Parse(entry.AsSpan(at + Mark.Length, 10), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
