using System.Collections.Immutable;
using System.Text;

namespace FhirGateway.Fhir.Normalization;

/// <summary>The claim type and subtype that CARIN Blue Button chooses its profiles by, from the claim types of CMS feeds. What was sent is kept.</summary>
internal static class ClaimTypeRules
{
    private static readonly ImmutableArray<Row> Rows = [.. FactTable.Rows("cms-claim-types.tsv").Select(Row.Of)];

    private static ReadOnlySpan<byte> ClaimTypes => "http://terminology.hl7.org/CodeSystem/claim-type"u8;

    private static ReadOnlySpan<byte> Subtypes => "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType"u8;

    public static void Apply(NormalizationPass pass, int claim)
    {
        var type = pass.Tape.Find(claim, "type"u8);
        var codings = pass.Tape.Find(type, "coding"u8);
        if (!pass.IsArray(codings) || Find(pass, codings) is not { } row)
            return;
        if (!pass.HasCoding(type, ClaimTypes, default))
        {
            pass.Append(codings, "{\"system\":\""u8, ClaimTypes, "\",\"code\":\""u8);
            pass.Patches.Insert(pass.Tape[codings].Start + pass.Tape[codings].Length - 1, row.Type, "\"}"u8);
            pass.Changes.Add(NormalizationRule.ClaimType, codings);
        }
        else if (!pass.HasCoding(type, ClaimTypes, row.Type))
        {
            return;
        }
        if (row.Subtype.Length > 0)
            AddSubtype(pass, claim, row.Subtype);
    }

    private static void AddSubtype(NormalizationPass pass, int claim, byte[] code)
    {
        var subtype = pass.Tape.Find(claim, "subType"u8);
        var codings = pass.Tape.Find(subtype, "coding"u8);
        var container = subtype < 0 ? claim : codings < 0 ? subtype : codings;
        if (pass.HasCoding(subtype, Subtypes, default) || (subtype >= 0 && !pass.IsObject(subtype)) || (codings >= 0 && !pass.IsArray(codings)))
            return;
        pass.Append(container, subtype < 0 ? "\"subType\":{\"coding\":["u8 : codings < 0 ? "\"coding\":["u8 : default, "{\"system\":\""u8, Subtypes);
        var end = pass.Tape[container].Start + pass.Tape[container].Length - 1;
        pass.Patches.Insert(end, "\",\"code\":\""u8, code, subtype < 0 ? "\"}]}"u8 : codings < 0 ? "\"}]"u8 : "\"}"u8);
        pass.Changes.Add(NormalizationRule.ClaimSubtype, claim, "subType");
    }

    /// <summary>What the codings mean; null if none is known, or two mean different things.</summary>
    private static Row? Find(NormalizationPass pass, int codings)
    {
        Row? found = null;
        for (var i = codings + 1; i < pass.Tape[codings].Next; i = pass.Tape[i].Next)
        {
            var system = pass.Tape.Find(i, "system"u8);
            var code = pass.Tape.Find(i, "code"u8);
            foreach (var row in Rows)
            {
                if (!pass.Is(system, row.System) || !pass.Is(code, row.Code))
                    continue;
                if (found is not null && (!found.Type.AsSpan().SequenceEqual(row.Type) || !found.Subtype.AsSpan().SequenceEqual(row.Subtype)))
                    return null;
                found = row;
            }
        }
        return found;
    }

    private sealed record Row(byte[] System, byte[] Code, byte[] Type, byte[] Subtype)
    {
        public static Row Of(string[] cells) => new(
            Encoding.UTF8.GetBytes(cells[0]), Encoding.UTF8.GetBytes(cells[1]), Encoding.UTF8.GetBytes(cells[2]),
            cells[3] == "-" ? [] : Encoding.UTF8.GetBytes(cells[3]));
    }
}
