using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Fhir.Packages;

/// <summary>What names one version of a package, e.g. <c>hl7.fhir.us.core#6.1.0</c>.</summary>
/// <param name="Id">Letters, digits, dots, dashes and underscores: fit for a file name.</param>
/// <param name="Version">A version, or a pattern of one such as <c>3.1.x</c> or <c>latest</c>.</param>
public readonly record struct PackageName(string Id, string Version)
{
    private const int MaxLength = 128;

    /// <summary>Reads <c>id@version</c>, <c>id#version</c> or <c>id</c> (the latest).</summary>
    public static bool TryParse(string? text, out PackageName name)
    {
        name = default;
        if (text is null)
            return false;
        var at = text.AsSpan().IndexOfAny('@', '#');
        var (id, version) = at < 0 ? (text, "latest") : (text[..at], text[(at + 1)..]);
        if (!IsId(id) || !IsVersion(version))
            return false;
        name = new(id, version);
        return true;
    }

    internal static bool IsId([NotNullWhen(true)] string? text) => IsSafe(text) && char.IsAsciiLetter(text[0]);

    internal static bool IsVersion([NotNullWhen(true)] string? text) => IsSafe(text);

    private static bool IsSafe([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');

    public override string ToString() => Id + "#" + Version;
}
