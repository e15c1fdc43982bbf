using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Normalization;

/// <summary>What the system of an identifier and its type say of each other; each is added only where the other was sent, and never replaced.</summary>
internal static class IdentifierRules
{
    private static readonly ImmutableArray<Row> Rows = [.. FactTable.Rows("identifier-systems.tsv").Select(Row.Of)];

    private static ReadOnlySpan<byte> Table0203 => "http://terminology.hl7.org/CodeSystem/v2-0203"u8;

    /// <summary>CARIN 1.1.0 had a code of its own for what is NPI in table 0203 since 2.0.0.</summary>
    private static ReadOnlySpan<byte> CarinTypes => "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType"u8;

    public static void Apply(NormalizationPass pass, int identifier, ReadOnlySpan<byte> resource, byte[]? memberSystem)
    {
        var tape = pass.Tape;
        var value = tape.Find(identifier, "value"u8);
        if (!tape.IsString(value) || tape[value].Length == 0)
            return;
        var system = tape.Find(identifier, "system"u8);
        var type = tape.Find(identifier, "type"u8);
        if (tape.IsString(system))
            AddType(pass, identifier, system, type, resource);
        else if (system < 0 && tape.Find(identifier, "_system"u8) < 0)
            AddSystem(pass, identifier, value, type, resource, memberSystem);
    }

    private static void AddType(NormalizationPass pass, int identifier, int system, int type, ReadOnlySpan<byte> resource)
    {
        if (type >= 0 && !IsOldNpi(pass, type))
            return;
        foreach (var row in Rows)
        {
            if (!pass.IsSystem(system, row.System) || !Row.Has(row.TypedIn, resource) || (type >= 0 && row.Form != "npi"))
                continue;
            if (type < 0)
                pass.Append(identifier, "\"type\":{\"coding\":["u8, row.Coding, "]}"u8);
            else
                pass.Append(pass.Tape.Find(type, "coding"u8), row.Coding);
            pass.Changes.Add(NormalizationRule.IdentifierType, identifier, "type");
            return;
        }
    }

    private static bool IsOldNpi(NormalizationPass pass, int type) =>
        pass.HasCoding(type, CarinTypes, "npi"u8) && !pass.HasCoding(type, Table0203, "NPI"u8);

    private static void AddSystem(
        NormalizationPass pass, int identifier, int value, int type, ReadOnlySpan<byte> resource, byte[]? memberSystem)
    {
        if (type < 0)
            return;
        foreach (var row in Rows)
        {
            var isNamed = pass.HasCoding(type, row.TypeSystem, row.TypeCode) || (row.Form == "npi" && IsOldNpi(pass, type));
            if (!isNamed || !Row.Has(row.AddedIn, resource) || !HasForm(row.Form, pass.Tape.Bytes(value)))
                continue;
            Insert(pass, value, row.System);
            pass.Changes.Add(NormalizationRule.IdentifierSystem, identifier, "system");
            if (!pass.HasCoding(type, row.TypeSystem, row.TypeCode))
            {
                pass.Append(pass.Tape.Find(type, "coding"u8), row.Coding);
                pass.Changes.Add(NormalizationRule.IdentifierType, type, "coding");
            }
            return;
        }
        if (memberSystem is null || !pass.HasCoding(type, Table0203, "MB"u8))
            return;
        Insert(pass, value, memberSystem);
        pass.Changes.Add(NormalizationRule.MemberSystem, identifier, "system");
    }

    private static void Insert(NormalizationPass pass, int value, ReadOnlySpan<byte> system) =>
        pass.Patches.Insert(pass.Tape[value - 1].Start - 1, "\"system\":\""u8, system, "\","u8);

    private static bool HasForm(string form, ReadOnlySpan<byte> value) => form switch
    {
        "npi" => CodeSyntax.Check("http://hl7.org/fhir/sid/us-npi"u8, value) == CodeCheck.Ok,
        "mbi" => CodeSyntax.Check("http://hl7.org/fhir/sid/us-mbi"u8, value) == CodeCheck.Ok,
        "ein" => IsDigits(value.Length == 10 && value[2] == '-' ? value[3..] : value, value.Length == 10 ? 7 : 9) && IsDigits(value[..2], 2),
        "naic" => IsDigits(value, 5),
        _ => false,
    };

    private static bool IsDigits(ReadOnlySpan<byte> text, int length) =>
        text.Length == length && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private sealed record Row(
        byte[] System, byte[] TypeSystem, byte[] TypeCode, byte[] Coding, byte[][] TypedIn, byte[][] AddedIn, string Form)
    {
        public static Row Of(string[] cells) => new(
            Encoding.UTF8.GetBytes(cells[0]), Encoding.UTF8.GetBytes(cells[1]), Encoding.UTF8.GetBytes(cells[2]),
            Encoding.UTF8.GetBytes($"{{\"system\":\"{cells[1]}\",\"code\":\"{cells[2]}\"}}"), Types(cells[3]), Types(cells[4]), cells[5]);

        public static bool Has(byte[][] types, ReadOnlySpan<byte> type)
        {
            foreach (var one in types)
                if (one is [(byte)'*'] || type.SequenceEqual(one))
                    return true;
            return false;
        }

        private static byte[][] Types(string cell) => [.. cell.Split(',').Select(Encoding.UTF8.GetBytes)];
    }
}
