using System.Collections.Frozen;
using System.Text;

namespace FhirGateway.Fhir.Normalization;

/// <summary>The codes of CDC Race and Ethnicity, with their displays as JSON text.</summary>
internal static class RaceCodes
{
    private static readonly FrozenDictionary<uint, RaceCode> Codes = FactTable.Rows("race-and-ethnicity.tsv").ToFrozenDictionary(
        r => Number(Encoding.UTF8.GetBytes(r[0])), r => new RaceCode(r[1] == "race", r[2] == "category", Encoding.UTF8.GetBytes(r[3])));

    public static ReadOnlySpan<byte> System => "urn:oid:2.16.840.1.113883.6.238"u8;

    public static ReadOnlySpan<byte> NullFlavors => "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"u8;

    public static ReadOnlySpan<byte> V3Race => "http://terminology.hl7.org/CodeSystem/v3-Race"u8;

    public static ReadOnlySpan<byte> V3Ethnicity => "http://terminology.hl7.org/CodeSystem/v3-Ethnicity"u8;

    public static RaceCode? Find(ReadOnlySpan<byte> code) => Codes.GetValueOrDefault(Number(code));

    /// <summary>A code nnnn-n as a number; 0 if it has another form.</summary>
    private static uint Number(ReadOnlySpan<byte> code)
    {
        if (code.Length != 6 || code[4] != '-')
            return 0;
        var number = 0u;
        foreach (var c in code)
        {
            if (c == '-')
                continue;
            if (c is < (byte)'0' or > (byte)'9')
                return 0;
            number = (number * 10) + c - '0';
        }
        return number;
    }
}
