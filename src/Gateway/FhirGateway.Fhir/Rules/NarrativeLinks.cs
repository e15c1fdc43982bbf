using System.Text;

namespace FhirGateway.Fhir.Rules;

/// <summary>The anchors of narratives and the links to them.</summary>
internal sealed class NarrativeLinks
{
    private readonly List<string> links = [];
    private readonly HashSet<string> anchors = new(StringComparer.Ordinal);

    /// <summary>Whether anchors are wanted.</summary>
    public bool WithAnchors { get; init; }

    /// <summary>Targets of links within the document, without <c>#</c>.</summary>
    public List<string> Links => links;

    public HashSet<string> Anchors => anchors;

    public void Clear()
    {
        links.Clear();
        anchors.Clear();
    }

    public void AddLink(ReadOnlySpan<byte> target) => links.Add(Encoding.UTF8.GetString(target));

    public void AddAnchor(ReadOnlySpan<byte> name)
    {
        if (WithAnchors)
            anchors.Add(Encoding.UTF8.GetString(name));
    }

    public bool HasAnchor(string name) => anchors.Contains(name);
}
