using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>A regular expression of a value set, matched against the whole code in time linear in its length.</summary>
internal sealed class CodePattern
{
    private const int MaxPattern = 1000;
    private const int MaxCode = 512;
    private readonly Regex regex;

    private CodePattern(Regex regex) => this.regex = regex;

    /// <summary>Compiles the pattern.</summary>
    /// <param name="pattern">As a filter gives it.</param>
    /// <param name="result">The compiled pattern.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out CodePattern? result, [NotNullWhen(false)] out string? fault)
    {
        result = null;
        if (pattern.Length > MaxPattern)
        {
            fault = $"it has more than {MaxPattern} characters";
            return false;
        }
        try
        {
            result = new(new Regex(@"\A(?:" + pattern + @")\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            fault = null;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = e is NotSupportedException ? "it cannot be matched in linear time" : "it is not well formed";
            return false;
        }
    }

    public bool IsMatch(string code) => regex.IsMatch(code);

    /// <summary>For UTF-8. A code longer than any that a pattern could be meant for does not match.</summary>
    public bool IsMatch(ReadOnlySpan<byte> code)
    {
        if (code.Length > MaxCode)
            return false;
        Span<char> text = stackalloc char[MaxCode];
        return Encoding.UTF8.TryGetChars(code, text, out var length) && regex.IsMatch(text[..length]);
    }
}
