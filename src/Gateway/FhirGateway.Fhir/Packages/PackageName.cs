using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Fhir.Packages;

/// <summary>What names one version of a package, e.g. <c>hl7.fhir.us.core#6.1.0</c>.</summary>
/// <param name="Id">Letters, digits, dots, dashes and underscores: fit for a file name.</param>
/// <param name="Version">A version, or a pattern of one such as <c>3.1.x</c> or <c>latest</c>.</param>
public readonly record struct PackageName(string Id, string Version)
{
    private const int MaxLength = 128;

    /// <summary>Short names that people use.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["us-core"] = "hl7.fhir.us.core",
        ["carin-bb"] = "hl7.fhir.us.carin-bb",
        ["davinci-atr"] = "hl7.fhir.us.davinci-atr",
        ["davinci-pdex"] = "hl7.fhir.us.davinci-pdex",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads <c>id@version</c>, <c>id#version</c> or <c>id</c> (the latest); for the id, an alias such as <c>us-core</c> will do.</summary>
    public static bool TryParse(string? text, out PackageName name)
    {
        name = default;
        if (text is null)
            return false;
        var at = text.AsSpan().IndexOfAny('@', '#');
        var (id, version) = at < 0 ? (text, "latest") : (text[..at], text[(at + 1)..]);
        if (!IsId(id) || !IsPattern(version))
            return false;
        name = new(Aliases.GetValueOrDefault(id, id), version);
        return true;
    }

    /// <summary>Whether it names one version and is fit for a file name.</summary>
    internal bool IsExact => IsId(Id) && IsVersion(Version);

    /// <summary>Reads the name of a file or folder, <c>id#version</c>.</summary>
    internal static PackageName? TryParseExact(string text) =>
        text.IndexOf('#', StringComparison.Ordinal) is > 0 and var at && IsId(text[..at]) && IsVersion(text[(at + 1)..])
            ? new PackageName(text[..at], text[(at + 1)..])
            : null;

    /// <summary>A version, or what stands for several, <c>3.1.x</c> or <c>*</c>.</summary>
    internal static bool IsPattern([NotNullWhen(true)] string? text) => text is "*" || IsSafe(text?.Replace('*', 'x'));

    internal static bool IsId([NotNullWhen(true)] string? text) => IsSafe(text) && char.IsAsciiLetter(text[0]);

    internal static bool IsVersion([NotNullWhen(true)] string? text) => IsSafe(text);

    private static bool IsSafe([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');

    public override string ToString() => Id + "#" + Version;
}
