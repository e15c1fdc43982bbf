namespace FhirGateway.Fhir.Terminology;

/// <summary>A code system whose specification gives a grammar or a closed list, so that no package need hold it.</summary>
internal sealed class GrammarSystem
{
    private static readonly Lazy<CodeTable> Currencies = new(() => FactTable.Read("iso-4217.tsv", 0));
    private static readonly Dictionary<string, GrammarSystem> Known = new GrammarSystem[]
    {
        new("urn:ietf:bcp:47", LanguageSystem.Check, LanguageSystem.Filter),
        new("urn:ietf:bcp:13", MediaTypeSystem.Check),
        new("http://unitsofmeasure.org", UnitSystem.Check, UnitSystem.Filter),
        new("urn:iso:std:iso:3166", CountrySystem.Check),
        new("urn:iso:std:iso:3166:-2", CountrySystem.CheckPart),
        new("urn:iso:std:iso:4217", code => Currencies.Value.Contains(code) ? Membership.Member : Membership.NotMember),
        new("https://www.usps.com/", CountrySystem.CheckState),
        new("http://www.usps.com/", CountrySystem.CheckState),
    }.ToDictionary(s => s.Url, StringComparer.Ordinal);
    private readonly Func<ReadOnlySpan<byte>, Membership> check;
    private readonly Func<(string Property, string Op, string Value), Func<ReadOnlySpan<byte>, bool>?>? filter;

    private GrammarSystem(
        string url,
        Func<ReadOnlySpan<byte>, Membership> check,
        Func<(string Property, string Op, string Value), Func<ReadOnlySpan<byte>, bool>?>? filter = null)
    {
        Url = url;
        this.check = check;
        this.filter = filter;
    }

    public string Url { get; }

    public static IEnumerable<GrammarSystem> All => Known.Values;

    public static GrammarSystem? Find(string url) => Known.GetValueOrDefault(url);

    /// <summary>Whether a code is one of the system.</summary>
    public Membership Check(ReadOnlySpan<byte> code) => check(code);

    /// <summary>A filter of a value set as a condition on the code; null with the reason if it cannot be one.</summary>
    public Func<ReadOnlySpan<byte>, bool>? Filter((string Property, string Op, string Value) wanted, out string? fault)
    {
        fault = null;
        if (wanted is { Property: "code", Op: "regex" })
            return CodePattern.TryCreate(wanted.Value, out var pattern, out fault)
                ? pattern.IsMatch
                : Fail($"a filter on {Url} has a regular expression that cannot be used: {fault}", out fault);
        return filter?.Invoke(wanted) ?? Fail($"a filter on {Url} uses '{wanted.Property} {wanted.Op}', which is not known here", out fault);
    }

    private static Func<ReadOnlySpan<byte>, bool>? Fail(string reason, out string? fault)
    {
        fault = reason;
        return null;
    }
}
