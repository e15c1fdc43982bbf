using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Primitives;

/// <summary>
/// What the standard says of each primitive: the expression in its definition (extension regex), and the rules that its
/// prose adds. The decision here is the slow and plain one that the engine's must equal.
/// </summary>
internal static class PrimitiveGrammar
{
    private const string Date = @"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)";
    private const string Time = @"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?";
    private const string Zone = @"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))";

    /// <summary>By the name of the type; as in StructureDefinition.</summary>
    public static readonly FrozenDictionary<PrimitiveKind, string> Expressions = new Dictionary<PrimitiveKind, string>
    {
        [PrimitiveKind.Base64Binary] = @"(\s*([0-9a-zA-Z\+/=]){4}\s*)+",
        [PrimitiveKind.Boolean] = "true|false",
        [PrimitiveKind.Canonical] = @"\S*",
        [PrimitiveKind.Code] = @"[^\s]+(\s[^\s]+)*",
        [PrimitiveKind.Date] = Date + "(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?",
        [PrimitiveKind.DateTime] = Date + "(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T" + Time + Zone + ")?)?)?",
        [PrimitiveKind.Decimal] = @"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?",
        [PrimitiveKind.Id] = @"[A-Za-z0-9\-\.]{1,64}",
        [PrimitiveKind.Instant] = Date + "-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])T" + Time + Zone,
        [PrimitiveKind.Integer] = "-?([0]|([1-9][0-9]*))",
        [PrimitiveKind.Markdown] = @"[ \r\n\t\S]+",
        [PrimitiveKind.Oid] = @"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
        [PrimitiveKind.PositiveInt] = "[1-9][0-9]*",
        [PrimitiveKind.String] = @"[ \r\n\t\S]+",
        [PrimitiveKind.Time] = Time,
        [PrimitiveKind.UnsignedInt] = "[0]|([1-9][0-9]*)",
        [PrimitiveKind.Uri] = @"\S*",
        [PrimitiveKind.Url] = @"\S*",
        [PrimitiveKind.Uuid] = "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<PrimitiveKind, Regex> Compiled =
        Expressions.ToFrozenDictionary(e => e.Key, e => new Regex(@"\A(?:" + Ascii(e.Value) + @")\z", RegexOptions.NonBacktracking));

    public static bool IsNumber(PrimitiveKind kind) =>
        kind is PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt;

    public static bool MatchesExpression(PrimitiveKind kind, string text) => Compiled[kind].IsMatch(text);

    /// <summary>The rule of the standard's prose that a text breaks although the expression accepts it, or null.</summary>
    public static string? BrokenRule(PrimitiveKind kind, string text) => kind switch
    {
        _ when text.Length == 0 => "not empty",
        PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant =>
            text.Length >= 10 && !DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? "a day of the calendar" : null,
        PrimitiveKind.Integer or PrimitiveKind.UnsignedInt or PrimitiveKind.PositiveInt => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "32 bits",
        PrimitiveKind.String or PrimitiveKind.Markdown when text.Any(c => c < ' ' && c is not ('\t' or '\r' or '\n')) => "no control characters",
        PrimitiveKind.String or PrimitiveKind.Markdown when text.Trim(' ', '\t', '\r', '\n').Length == 0 => "not white space only",
        PrimitiveKind.Code when text.Any(c => c is '\t' or '\n' or '\v' or '\f' or '\r') => "no white space but single spaces",
        PrimitiveKind.Base64Binary when string.Concat(text.Split([' ', '\t', '\n', '\v', '\f', '\r'])).TrimEnd('=') is var data
            && (data.Contains('=') || text.Count(c => c == '=') > 2) => "padded at the end only, by two at most",
        _ => null,
    };

    // White space of .NET is that of Unicode; the standard's expressions mean that of ASCII.
    private static string Ascii(string expression) => expression
        .Replace(@"[^\s]", @"[^ \t\n\v\f\r]", StringComparison.Ordinal)
        .Replace(@"[ \r\n\t\S]", @"[^\v\f]", StringComparison.Ordinal)
        .Replace(@"\s", @"[ \t\n\v\f\r]", StringComparison.Ordinal)
        .Replace(@"\S", @"[^ \t\n\v\f\r]", StringComparison.Ordinal);
}
