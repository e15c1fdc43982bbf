using System.Collections.Immutable;

namespace FhirGateway.Adapters.Smart;

/// <summary>System scopes, version 2 (<c>system/Patient.rs</c>) and version 1 (<c>system/Patient.read</c>) of SMART App Launch.</summary>
public static class SmartScopes
{
    public const string ReadAll = "system/*.rs";
    public const string ReadAllVersion1 = "system/*.read";
    private const string Prefix = "system/";
    private const string Read = "rs";

    /// <summary>
    /// What to ask for to read everything: <see cref="ReadAll"/>, or what the server says it supports instead of it: the
    /// wildcard of version 1, or else its reading scopes type by type.
    /// </summary>
    public static string Choose(IReadOnlyCollection<string> supported)
    {
        var reading = supported.Where(s => Parse(s) is { } p && Holds(p.Permissions, Read) && p.Query.Length == 0).ToList();
        if (reading.Exists(s => Parse(s) is { Type: "*", IsVersion1: false }))
            return ReadAll;
        if (reading.Exists(s => Parse(s) is { Type: "*" }))
            return ReadAllVersion1;
        var versions = reading.ToLookup(s => Parse(s)!.Value.IsVersion1);
        var types = versions[false].Any() ? versions[false] : versions[true];
        return types.Any() ? string.Join(' ', types.Distinct(StringComparer.Ordinal)) : ReadAll;
    }

    /// <summary>Scopes asked for that no granted one covers.</summary>
    public static ImmutableArray<string> Missing(IEnumerable<string> asked, IReadOnlyCollection<string> granted) =>
        [.. asked.Where(a => !granted.Any(g => Covers(g, a)))];

    public static ImmutableArray<string> Split(string? text) => text is null ? [] : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static bool Covers(string granted, string asked)
    {
        if (string.Equals(granted, asked, StringComparison.Ordinal))
            return true;
        return Parse(granted) is { } g && Parse(asked) is { } a && (g.Type == "*" || g.Type == a.Type)
            && Holds(g.Permissions, a.Permissions) && (g.Query.Length == 0 || g.Query == a.Query);
    }

    private static bool Holds(string permissions, string wanted) => wanted.All(w => permissions.Contains(w, StringComparison.Ordinal));

    private static (string Type, string Permissions, string Query, bool IsVersion1)? Parse(string scope)
    {
        if (!scope.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var query = scope.IndexOf('?', StringComparison.Ordinal);
        var head = query < 0 ? scope : scope[..query];
        var dot = head.IndexOf('.', StringComparison.Ordinal);
        if (dot <= Prefix.Length || dot == head.Length - 1)
            return null;
        var (type, word) = (head[Prefix.Length..dot], head[(dot + 1)..]);
        (string Permissions, bool IsVersion1)? meaning = word switch
        {
            "read" => ("rs", true),
            "write" => ("cud", true),
            "*" => ("cruds", true),
            _ => word.All(c => "cruds".Contains(c, StringComparison.Ordinal)) ? (word, false) : null,
        };
        return meaning is { } m ? (type, m.Permissions, query < 0 ? "" : scope[query..], m.IsVersion1) : null;
    }
}
