namespace FhirGateway.Fhir.Terminology;

/// <summary>The language tags of BCP 47 as a code system: well formed by the grammar, with a language and a region that are registered.</summary>
internal static class LanguageSystem
{
    private static readonly CodeTable Languages = FactTable.Read("languages.tsv", 0);

    /// <summary>A language of three letters that is not in the table may be registered all the same.</summary>
    public static Membership Check(ReadOnlySpan<byte> code)
    {
        if (!LanguageTag.TryParse(code, out var tag))
            return Membership.NotMember;
        if (tag.IsGrandfathered || tag.Language.IsEmpty)
            return Membership.Member;
        if (tag.Region.Length == 2 && !Contains(CountrySystem.Countries, tag.Region, toUpper: true))
            return Membership.NotMember;
        return tag.Language.Length switch
        {
            2 => Contains(Languages, tag.Language, toUpper: false) ? Membership.Member : Membership.NotMember,
            3 => Contains(Languages, tag.Language, toUpper: false) || IsPrivate(tag.Language) ? Membership.Member : Membership.Unknown,
            _ => Membership.Unknown,
        };
    }

    /// <summary>Filters whether a tag has a kind of subtag.</summary>
    public static Func<ReadOnlySpan<byte>, bool>? Filter((string Property, string Op, string Value) filter)
    {
        if (filter.Op != "exists" || filter.Value is not ("true" or "false"))
            return null;
        var wanted = filter.Value == "true";
        return filter.Property switch
        {
            "language" => code => LanguageTag.TryParse(code, out var tag) && !tag.Language.IsEmpty == wanted,
            "region" => code => LanguageTag.TryParse(code, out var tag) && !tag.Region.IsEmpty == wanted,
            "ext-lang" => code => LanguageTag.TryParse(code, out var tag) && tag.HasExtLang == wanted,
            "script" => code => LanguageTag.TryParse(code, out var tag) && tag.HasScript == wanted,
            "variant" => code => LanguageTag.TryParse(code, out var tag) && tag.HasVariant == wanted,
            "extension" => code => LanguageTag.TryParse(code, out var tag) && tag.HasExtension == wanted,
            "private-use" => code => LanguageTag.TryParse(code, out var tag) && tag.HasPrivateUse == wanted,
            _ => null,
        };
    }

    /// <summary>qaa to qtz (ISO 639-2).</summary>
    private static bool IsPrivate(ReadOnlySpan<byte> language) => (language[0] | 0x20) == 'q' && (language[1] | 0x20) <= 't';

    private static bool Contains(CodeTable table, ReadOnlySpan<byte> code, bool toUpper)
    {
        Span<byte> other = stackalloc byte[3];
        for (var i = 0; i < code.Length; i++)
            other[i] = (byte)(toUpper ? code[i] & 0xDF : code[i] | 0x20);
        return table.Contains(other[..code.Length]);
    }
}
