using System.Text;

namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>Codes of UCUM, by its grammar and its units.</summary>
public static class UcumUnit
{
    private const int Longest = 100;

    public static bool IsValid(string code) =>
        code.Length is > 0 and <= Longest && UcumParser.TryParse(Encoding.UTF8.GetBytes(code), UcumTable.Instance, null);
}
