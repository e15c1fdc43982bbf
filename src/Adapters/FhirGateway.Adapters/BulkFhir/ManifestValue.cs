using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Single values of a manifest. A string that is no text throws <see cref="InvalidOperationException"/>, which the reader takes.</summary>
internal static partial class ManifestValue
{
    /// <summary>A non-empty string of at most <paramref name="most"/> characters without control characters; null for anything else.</summary>
    public static string? Text(JsonElement element, string name, int most) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text && text.Length <= most && !text.Any(char.IsControl)
            ? text
            : null;

    /// <summary><c>transactionTime</c> as written if it is a FHIR instant.</summary>
    public static string? Instant(JsonElement root) =>
        Text(root, "transactionTime", 64) is { } text && InstantForm().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : null;

    /// <summary>A required URL that can be fetched as it stands (Bulk Data: "the absolute path to the file").</summary>
    public static ManifestFault? Url(JsonElement element, string name, string where, out Uri? url)
    {
        url = null;
        var place = where.Length == 0 ? name : where + "." + name;
        if (Text(element, name, EgressUrl.MostLength) is not { } text)
            return new ManifestFault(ManifestFaultCode.BadUrl, place, "absent, empty or no URL");
        // On Unix a path such as /file is an absolute file URL to Uri, so relative ones are told apart first.
        if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return new ManifestFault(ManifestFaultCode.BadUrl, place, "relative, or neither http nor https");
        return EgressUrl.TryRead(text, out url, out var fault) ? null : new ManifestFault(ManifestFaultCode.BadUrl, place, fault);
    }

    /// <summary>A count of 0 or more, as a number or (some servers) as digits in a string; null where it is absent.</summary>
    public static ManifestFault? Count(JsonElement value, string where, out long? count)
    {
        count = null;
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => "",
        };
        if (text is null)
            return null;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number) || number > long.MaxValue)
            return new ManifestFault(ManifestFaultCode.BadElement, where, "no whole number of 0 or more");
        count = (long)number;
        return null;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InstantForm();
}
