using System.Text;
using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// Regular expressions that have been used. They run without backtracking, so that their time grows with the text only;
/// a pattern that needs backtracking is refused.
/// </summary>
internal sealed class PatternCache
{
    /// <summary>UTF-16 units of a pattern.</summary>
    public const int MaxPattern = 4096;
    private const int MaxPatterns = 256;
    private readonly List<(byte[] Pattern, bool IsFull, Regex? Regex, string Fault)> entries = [];

    public Regex? Find(ReadOnlySpan<byte> pattern, bool isFull, out string fault)
    {
        foreach (var entry in entries)
        {
            if (entry.IsFull != isFull || !pattern.SequenceEqual(entry.Pattern))
                continue;
            fault = entry.Fault;
            return entry.Regex;
        }
        if (entries.Count == MaxPatterns)
            entries.Clear();
        var regex = Compile(Encoding.UTF8.GetString(pattern), isFull, out fault);
        entries.Add((pattern.ToArray(), isFull, regex, fault));
        return regex;
    }

    private static Regex? Compile(string pattern, bool isFull, out string fault)
    {
        fault = "";
        if (pattern.Length > MaxPattern)
        {
            fault = $"The regular expression is longer than {MaxPattern}";
            return null;
        }
        try
        {
            return new Regex(isFull ? $@"\A(?:{pattern})\z" : pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (NotSupportedException)
        {
            fault = "The regular expression cannot be run without backtracking";
        }
        catch (ArgumentException)
        {
            fault = "The regular expression is not valid";
        }
        return null;
    }
}
