using System.Buffers;

namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// What codes of well-known systems look like. Each form admits every code that its system has ever had, and what is usual
/// beside it (codes without their dot): a code that it refuses is none.
/// </summary>
internal static class CodeFormats
{
    private static readonly SearchValues<byte> ExpressionSigns = SearchValues.Create(":+=|{("u8);
    private static readonly (string System, Func<ReadOnlySpan<byte>, bool> Format)[] Entries =
    [
        ("http://loinc.org", IsLoinc),
        ("http://snomed.info/sct", IsSnomed),
        ("http://hl7.org/fhir/sid/icd-10-cm", IsIcd10Cm),
        ("urn:oid:2.16.840.1.113883.6.90", IsIcd10Cm),
        ("http://hl7.org/fhir/sid/icd-10-pcs", IsIcd10Pcs),
        ("http://www.cms.gov/Medicare/Coding/ICD10", IsIcd10Pcs),
        ("urn:oid:2.16.840.1.113883.6.4", IsIcd10Pcs),
        ("http://hl7.org/fhir/sid/icd-9-cm", IsIcd9),
        ("http://terminology.hl7.org/CodeSystem/icd9cm", IsIcd9),
        ("urn:oid:2.16.840.1.113883.6.103", IsIcd9),
        ("urn:oid:2.16.840.1.113883.6.104", IsIcd9),
        ("http://hl7.org/fhir/sid/ndc", IsNdc),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", c => IsDigits(c, 1, 8)),
        ("http://hl7.org/fhir/sid/cvx", c => IsDigits(c, 1, 3)),
        ("http://www.ama-assn.org/go/cpt", IsCpt),
        ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", IsHcpcs),
        ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", IsHcpcs),
        ("urn:oid:2.16.840.1.113883.6.285", IsHcpcs),
        ("http://www.ada.org/cdt", c => c.Length == 5 && c[0] is (byte)'D' or (byte)'d' && IsDigits(c[1..], 4, 4)),
        ("https://www.nubc.org/CodeSystem/RevenueCodes", c => IsPlaceholder(c) || IsDigits(c, 4, 4)),
        ("https://www.nubc.org/CodeSystem/TypeOfBill", c => IsPlaceholder(c) || (c.Length is 3 or 4 && IsDigits(c[..^1], 2, 3) && IsAlphanumeric(c[^1..]))),
        ("https://www.nubc.org/CodeSystem/PatDischargeStatus", c => IsPlaceholder(c) || IsDigits(c, 2, 2)),
        ("https://www.nubc.org/CodeSystem/PointOfOrigin", c => IsPlaceholder(c) || (c.Length == 1 && IsAlphanumeric(c))),
        ("https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit", c => IsPlaceholder(c) || IsDigits(c, 1, 1)),
        ("https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software", c => IsDigits(c, 3, 3)),
        ("https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set", c => IsDigits(c, 2, 2)),
        ("http://nucc.org/provider-taxonomy", c => c.Length == 10 && IsAlphanumeric(c) && c[^1] is (byte)'X' or (byte)'x'),
        ("urn:oid:2.16.840.1.113883.6.238", c => c.Length == 6 && IsDigits(c[..4], 4, 4) && c[4] == '-' && IsDigits(c[5..], 1, 1)),
        ("http://unstats.un.org/unsd/methods/m49/m49.htm", c => IsDigits(c, 3, 3)),
        ("https://www.iana.org/time-zones", IsTimeZone),
        ("http://hl7.org/fhir/sid/us-npi", IsNpi),
        ("urn:oid:2.16.840.1.113883.4.6", IsNpi),
        ("http://hl7.org/fhir/sid/us-mbi", IsMbi),
        ("http://terminology.hl7.org/NamingSystem/cmsMBI", IsMbi),
        ("urn:oid:2.16.840.1.113883.4.927", IsMbi),
        .. GrammarSystem.All.Select(g => (g.Url, new Func<ReadOnlySpan<byte>, bool>(c => g.Check(c) != Membership.NotMember))),
    ];

    /// <summary>The systems; an index is that of <see cref="Formats"/>.</summary>
    public static CodeTable Systems { get; } = CodeTable.Create([.. Entries.Select(e => e.System)]);

    public static Func<ReadOnlySpan<byte>, bool>[] Formats { get; } = [.. Entries.Select(e => e.Format)];

    /// <summary>Up to seven digits and a check digit (LOINC Users' Guide, appendix on check digits); parts, answers, lists and groups begin with letters.</summary>
    private static bool IsLoinc(ReadOnlySpan<byte> code)
    {
        var letters = 0;
        while (letters < code.Length && code[letters] is >= (byte)'A' and <= (byte)'Z')
            letters++;
        if (letters > 0)
            return letters is >= 2 and <= 4 && (IsDigits(code[letters..], 1, 10)
                || (code.Length > letters + 2 && code[^2] == '-' && IsDigits(code[^1..], 1, 1) && IsDigits(code[letters..^2], 1, 10)));
        if (code.Length is < 3 or > 9 || code[^2] != '-' || !IsDigits(code[^1..], 1, 1) || !IsDigits(code[..^2], 1, 7))
            return false;
        Span<byte> digits = stackalloc byte[9];
        code[..^2].CopyTo(digits);
        digits[code.Length - 2] = code[^1];
        return CheckDigits.IsLuhn(digits[..(code.Length - 1)]);
    }

    /// <summary>
    /// An identifier of a concept: 6 to 18 digits with a Verhoeff digit behind a partition 00 or 10 (SNOMED CT Technical
    /// Implementation Guide, SCTID). Anything with the signs of an expression is one and not judged.
    /// </summary>
    private static bool IsSnomed(ReadOnlySpan<byte> code)
    {
        if (code.IndexOfAny(ExpressionSigns) >= 0)
            return IsDigit(code[0]) || code[0] is (byte)'=' or (byte)'<' or (byte)'(' or (byte)' ';
        return IsDigits(code, 6, 18) && code[0] != '0' && code[^2] == '0' && code[^3] is (byte)'0' or (byte)'1' && CheckDigits.IsVerhoeff(code);
    }

    /// <summary>Three to seven characters, a dot after the third (ICD-10-CM Official Guidelines, I.A.2); claims leave the dot out.</summary>
    private static bool IsIcd10Cm(ReadOnlySpan<byte> code)
    {
        if (code.Length < 3 || !IsLetter(code[0]) || !IsDigit(code[1]) || !(IsDigit(code[2]) || (byte)(code[2] | 0x20) is (byte)'a' or (byte)'b'))
            return false;
        var rest = code[3..];
        if (rest.Length > 0 && rest[0] == '.')
            return rest.Length is >= 2 and <= 5 && IsAlphanumeric(rest[1..]);
        return rest.Length <= 4 && IsAlphanumeric(rest);
    }

    /// <summary>Seven characters, digits or letters but I and O (ICD-10-PCS Official Guidelines, A1 and A2).</summary>
    private static bool IsIcd10Pcs(ReadOnlySpan<byte> code) =>
        code.Length == 7 && IsAlphanumeric(code) && code.IndexOfAny("IOio"u8) < 0;

    /// <summary>Diagnoses nnn.nn, Ennn.n, Vnn.nn and procedures nn.nn, each with fewer places after the dot or none.</summary>
    private static bool IsIcd9(ReadOnlySpan<byte> code)
    {
        if (code.Length == 0)
            return false;
        var dot = code.IndexOf((byte)'.');
        if (dot >= 0 && !IsDigits(code[(dot + 1)..], 1, 2))
            return false;
        var whole = dot >= 0 ? code[..dot] : code;
        return (byte)(code[0] | 0x20) switch
        {
            (byte)'e' => IsDigits(whole[1..], 3, dot >= 0 ? 3 : 4),
            (byte)'v' => IsDigits(whole[1..], 2, dot >= 0 ? 2 : 4),
            _ => IsDigits(whole, 2, dot >= 0 ? 3 : 5),
        };
    }

    /// <summary>Ten digits in segments 4-4-2, 5-3-2 or 5-4-1, 5-4-2 in eleven, without dashes, or the product alone (21 CFR 207.33).</summary>
    private static bool IsNdc(ReadOnlySpan<byte> code)
    {
        if (code.IndexOf((byte)'-') < 0)
            return IsDigits(code, 8, 12);
        var first = code.IndexOf((byte)'-');
        var rest = code[(first + 1)..];
        var second = rest.IndexOf((byte)'-');
        var product = second < 0 ? rest : rest[..second];
        return IsDigits(code[..first], 4, 6) && IsDigits(product, 3, 4) && (second < 0 || IsDigits(rest[(second + 1)..], 1, 2));
    }

    /// <summary>Four digits and a digit or F, T, U, M, A; two characters for a modifier (CPT, introduction and appendix A).</summary>
    private static bool IsCpt(ReadOnlySpan<byte> code) =>
        (code.Length == 5 && IsDigits(code[..4], 4, 4) && (IsDigit(code[4]) || (byte)(code[4] & 0xDF) is (byte)'F' or (byte)'T' or (byte)'U' or (byte)'M' or (byte)'A'))
        || (code.Length == 2 && IsAlphanumeric(code));

    /// <summary>A letter and four digits, a modifier of two characters, or a CPT code, which HCPCS holds as its level I.</summary>
    private static bool IsHcpcs(ReadOnlySpan<byte> code) =>
        IsCpt(code) || (code.Length == 5 && IsLetter(code[0]) && IsDigits(code[1..], 4, 4));

    /// <summary>Ten digits with the Luhn digit of 80840 and the number (45 CFR 162.406). Assigned ones begin with 1 or 2, synthetic ones with 9.</summary>
    private static bool IsNpi(ReadOnlySpan<byte> code) => IsDigits(code, 10, 10) && CheckDigits.IsLuhn(code, start: 24);

    /// <summary>Eleven characters C A AN N A AN N A A N N without S, L, O, I, B, Z; an S in the second place marks a synthetic one (CMS, Understanding the MBI format).</summary>
    private static bool IsMbi(ReadOnlySpan<byte> code)
    {
        if (code.Length != 11 || code[0] == '0')
            return false;
        for (var i = 0; i < code.Length; i++)
        {
            var isRight = "NAXNAXNAANN"[i] switch
            {
                'N' => IsDigit(code[i]),
                'A' => IsMbiLetter(code[i]),
                _ => IsDigit(code[i]) || IsMbiLetter(code[i]),
            };
            if (!isRight && !(i == 1 && code[i] is (byte)'S' or (byte)'s'))
                return false;
        }
        return true;
    }

    /// <summary>Names of at most three parts (Theory and pragmatics of the tz code and data, names of timezones).</summary>
    private static bool IsTimeZone(ReadOnlySpan<byte> code)
    {
        foreach (var c in code)
            if (!IsDigit(c) && !IsLetter(c) && c is not ((byte)'/' or (byte)'_' or (byte)'-' or (byte)'+'))
                return false;
        return code.Length > 0 && IsLetter(code[0]) && code[^1] != '/' && code.Count((byte)'/') <= 2;
    }

    /// <summary>What CARIN's published examples have in the place of licensed codes.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<byte> code) => code.SequenceEqual("Dummy"u8);

    private static bool IsMbiLetter(byte c) => IsLetter(c) && "SLOIBZslobiz"u8.IndexOf(c) < 0;

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';

    private static bool IsLetter(byte c) => (byte)(c | 0x20) is >= (byte)'a' and <= (byte)'z';

    private static bool IsAlphanumeric(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (!IsDigit(c) && !IsLetter(c))
                return false;
        return true;
    }

    private static bool IsDigits(ReadOnlySpan<byte> text, int min, int max) =>
        text.Length >= min && text.Length <= max && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
