using System.Text;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Where in a file a finding is.</summary>
/// <param name="Line">From 1; 0 if there is no place.</param>
/// <param name="Column">UTF-16 unit of the line, as editors count, from 1.</param>
public readonly record struct IssuePlace(long Line, int Column)
{
    /// <summary>The places of findings in the text of their resource: one pass, whatever their number and order.</summary>
    /// <param name="issues">Findings with positions in <paramref name="text"/>; one without a position is about all of it.</param>
    /// <param name="text">UTF-8 text that the positions count in.</param>
    /// <param name="firstLine">The line of the file that the text begins on, from 1.</param>
    public static IssuePlace[] Find(IReadOnlyList<ValidationIssue> issues, ReadOnlySpan<byte> text, long firstLine = 1)
    {
        var places = new IssuePlace[issues.Count];
        var order = new int[issues.Count];
        var positions = new int[issues.Count];
        for (var i = 0; i < order.Length; i++)
            (order[i], positions[i]) = (i, issues[i].Position);
        Array.Sort(positions, order);
        var (line, column, read) = (firstLine, 1, 0);
        foreach (var i in order)
        {
            var position = Math.Clamp(issues[i].Position, 0, text.Length);
            var passed = text[read..position];
            if (passed.LastIndexOf((byte)'\n') is >= 0 and var end)
            {
                line += passed.Count((byte)'\n');
                column = 1;
                passed = passed[(end + 1)..];
            }
            column += Encoding.UTF8.GetCharCount(passed);
            read = position;
            places[i] = new(line, column);
        }
        return places;
    }
}
