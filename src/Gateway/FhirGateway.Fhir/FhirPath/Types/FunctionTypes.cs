namespace FhirGateway.Fhir.FhirPath;

/// <summary>What the functions that are for one type of value take and give.</summary>
internal static class FunctionTypes
{
    public static bool IsForStrings(string name) => name is "startsWith" or "endsWith" or "contains" or "matches" or "matchesFull" or "indexOf"
        or "lastIndexOf" or "substring" or "length" or "upper" or "lower" or "trim" or "replace" or "replaceMatches" or "toChars" or "split"
        or "encode" or "decode" or "escape" or "unescape";

    /// <summary>The type of the result; null if it depends on more than the name.</summary>
    public static ItemKind? Result(string name) => name switch
    {
        "count" or "length" or "indexOf" or "lastIndexOf" or "toInteger" or "precision" => ItemKind.Integer,
        "upper" or "lower" or "trim" or "replace" or "replaceMatches" or "substring" or "join" or "encode" or "decode" or "escape"
            or "unescape" or "toString" => ItemKind.String,
        "toDecimal" or "exp" or "ln" or "log" or "sqrt" => ItemKind.Decimal,
        "toDate" or "today" => ItemKind.Date,
        "toDateTime" or "now" => ItemKind.DateTime,
        "toTime" or "timeOfDay" => ItemKind.Time,
        "toQuantity" => ItemKind.Quantity,
        "toBoolean" => ItemKind.Boolean,
        _ => null,
    };
}
