using System.Globalization;
using System.Text.RegularExpressions;

namespace FhirGateway.Tests.Claims;

/// <summary>One line of a claims file, as little as the shape of its payer needs.</summary>
internal sealed partial record EobText
{
    public required string Id { get; init; }
    public string Patient { get; init; } = "m1";
    public string Status { get; init; } = "active";
    public string Outcome { get; init; } = "complete";
    public string Use { get; init; } = "claim";
    public decimal Amount { get; init; }

    /// <summary>Day of 2026 of its last update.</summary>
    public int Day { get; init; } = 1;

    /// <summary>JSON of identifiers.</summary>
    public IReadOnlyList<string> Identifiers { get; init; } = [];
    public IReadOnlyList<string> Prior { get; init; } = [];
    public IReadOnlyList<string> ReplacedBy { get; init; } = [];
    public string Extension { get; init; } = "";
    public string SupportingInfo { get; init; } = "";
    public string Type { get; init; } = "institutional";
    public string TypeCoding { get; init; } = "";
    public string Tags { get; init; } = "";
    public string PaymentType { get; init; } = "";
    public string Item { get; init; } = "";
    public string Start { get; init; } = "2026-03-01";
    public string End { get; init; } = "2026-03-02";
    public string Provider { get; init; } = "1234567893";

    public static string Uc(string value) =>
        $$"""{"type":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType","code":"uc"}]},"value":"{{value}}"}""";

    public static string Identifier(string system, string value) => $$"""{"system":"{{system}}","value":"{{value}}"}""";

    public static string Coded(string system, string code) =>
        $$$"""{"sequence":1,"category":{"text":"x"},"code":{"coding":[{"system":"{{{system}}}","code":"{{{code}}}"}]}}""";

    public static string Tag(string system, string code) => $$"""{"system":"https://bluebutton.cms.gov/fhir/CodeSystem/{{system}}","code":"{{code}}"}""";

    public override string ToString()
    {
        var updated = new DateTime(2026, 1, 1).AddDays(Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var related = Prior.Select(p => Related("prior", p)).Concat(ReplacedBy.Select(r => Related("replacedby", r)));
        var values = new Dictionary<string, string>
        {
            ["id"] = Id,
            ["updated"] = updated,
            ["tags"] = List(",'tag':", Tags),
            ["identifiers"] = string.Join(',', Identifiers),
            ["status"] = Status,
            ["use"] = Use,
            ["outcome"] = Outcome,
            ["extension"] = List(",'extension':", Extension),
            ["coding"] = TypeCoding.Length == 0 ? "" : "," + TypeCoding,
            ["type"] = Type,
            ["patient"] = Patient,
            ["start"] = Start,
            ["end"] = End,
            ["npi"] = Provider,
            ["related"] = List(",'related':", string.Join(',', related)),
            ["info"] = List(",'supportingInfo':", SupportingInfo),
            ["item"] = List(",'item':", Item),
            ["payment"] = PaymentType.Length == 0 ? "" : "'type':{'coding':[{'code':'" + PaymentType + "'}]},",
            ["amount"] = Amount.ToString(CultureInfo.InvariantCulture),
        };
        return Slot().Replace(Template, m => values[m.Groups[1].Value]).Replace('\'', '"');
    }

    private const string Template =
        "{'resourceType':'ExplanationOfBenefit','id':'<id>','meta':{'lastUpdated':'<updated>T00:00:00Z'<tags>}<extension>,'identifier':[<identifiers>],"
        + "'status':'<status>','type':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/claim-type','code':'<type>'}<coding>]},'use':'<use>',"
        + "'patient':{'reference':'Patient/<patient>'},'billablePeriod':{'start':'<start>','end':'<end>'},'created':'<updated>','insurer':{'display':'p'},"
        + "'provider':{'identifier':{'system':'x','value':'<npi>'}}<related>,'outcome':'<outcome>'<info>,"
        + "'insurance':[{'focal':true,'coverage':{'display':'c'}}]<item>,'payment':{<payment>'amount':{'value':<amount>,'currency':'USD'}}}";

    [GeneratedRegex("<([a-z]+)>")]
    private static partial Regex Slot();

    private static string List(string name, string items) => items.Length == 0 ? "" : $"{name}[{items}]";

    private static string Related(string relationship, string value) =>
        $$$"""{"relationship":{"coding":[{"code":"{{{relationship}}}"}]},"reference":{"value":"{{{value}}}"}}""";
}
