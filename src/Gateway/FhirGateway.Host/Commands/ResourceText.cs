using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Xml;

namespace FhirGateway.Host.Commands;

/// <summary>One resource of a file, or why the file has none there.</summary>
internal sealed class ResourceText
{
    /// <summary>Line of the file on which it begins, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The resource as UTF-8 JSON; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>What it was made from, if that was XML.</summary>
    public FhirXmlResource? Xml { get; init; }

    /// <summary>Why it cannot be read, and where.</summary>
    public (ValidationIssue Issue, IssuePlace Place)? Fault { get; init; }

    public static ResourceText Unreadable(string key, string message, long line, int column = 1) => new()
    {
        Line = line,
        Fault = (new(IssueSeverity.Fatal, "structure", key, "", message, -1), new(line, column)),
    };

    /// <summary>Where in the file findings about it are; without findings, where it begins.</summary>
    public IssuePlace[] Places(IReadOnlyList<ValidationIssue> issues)
    {
        if (issues.Count == 0)
            return [new(Line, 1)];
        if (Xml is null)
            return IssuePlace.Find(issues, Json.Span, Line);
        return [.. issues.Select(i => Place(Math.Max(0, i.Position)))];

        IssuePlace Place(int position)
        {
            var (line, column) = Xml.PlaceOf(position);
            return new(line, column);
        }
    }
}
