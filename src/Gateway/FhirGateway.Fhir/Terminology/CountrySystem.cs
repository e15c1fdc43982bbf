namespace FhirGateway.Fhir.Terminology;

/// <summary>Countries (ISO 3166-1) and their parts (ISO 3166-2, of which only those of the United States are known here).</summary>
internal static class CountrySystem
{
    public static CodeTable Countries { get; } = FactTable.Read("iso-3166.tsv", 0, 1, 2);

    private static readonly CodeTable States = FactTable.Read("us-states.tsv", 0);

    /// <summary>Countries by two letters, three letters or number; parts of countries too, as systems in use have them.</summary>
    public static Membership Check(ReadOnlySpan<byte> code) =>
        code.IndexOf((byte)'-') >= 0 ? CheckPart(code) : Countries.Contains(code) ? Membership.Member : Membership.NotMember;

    public static Membership CheckPart(ReadOnlySpan<byte> code)
    {
        if (code.Length is < 4 or > 6 || code[2] != '-' || !Countries.Contains(code[..2]))
            return Membership.NotMember;
        foreach (var c in code[3..])
            if (!char.IsAsciiLetterUpper((char)c) && !char.IsAsciiDigit((char)c))
                return Membership.NotMember;
        if (!code.StartsWith("US"u8))
            return Membership.Unknown;
        return States.Contains(code[3..]) || code.SequenceEqual("US-UM"u8) ? Membership.Member : Membership.NotMember;
    }

    public static Membership CheckState(ReadOnlySpan<byte> code) =>
        States.Contains(code) || code.SequenceEqual("AA"u8) || code.SequenceEqual("AE"u8) || code.SequenceEqual("AP"u8) ? Membership.Member : Membership.NotMember;
}
