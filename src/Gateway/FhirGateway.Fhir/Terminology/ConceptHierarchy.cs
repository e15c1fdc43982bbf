using System.Text;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Who stands under whom in a code system: by nesting and by the properties parent, subsumedBy and child. Loops in it do no harm.</summary>
internal sealed class ConceptHierarchy
{
    private readonly List<int>?[] parents;
    private readonly List<int>?[] children;

    public ConceptHierarchy(CodeSystemIndex index)
    {
        var concepts = index.System.Concepts;
        parents = new List<int>?[concepts.Length];
        children = new List<int>?[concepts.Length];
        for (var i = 0; i < concepts.Length; i++)
        {
            Link(concepts[i].Parent, i);
            foreach (var (code, value) in concepts[i].Properties)
            {
                if (code is "parent" or "subsumedBy")
                    Link(index.Codes.Find(Encoding.UTF8.GetBytes(value)), i);
                else if (code is "child")
                    Link(i, index.Codes.Find(Encoding.UTF8.GetBytes(value)));
            }
        }
    }

    public bool HasChildren(int concept) => children[concept] is not null;

    public IReadOnlyList<int> Parents(int concept) => parents[concept] ?? [];

    public IReadOnlyList<int> Children(int concept) => children[concept] ?? [];

    /// <summary>The concept and all that stand under it.</summary>
    public bool[] Descendants(int concept) => Reach(concept, children);

    /// <summary>The concept and all that it stands under.</summary>
    public bool[] Ancestors(int concept) => Reach(concept, parents);

    private void Link(int parent, int child)
    {
        if (parent < 0 || child < 0 || parent == child)
            return;
        (parents[child] ??= []).Add(parent);
        (children[parent] ??= []).Add(child);
    }

    private static bool[] Reach(int start, List<int>?[] links)
    {
        var reached = new bool[links.Length];
        var open = new Stack<int>();
        open.Push(start);
        reached[start] = true;
        while (open.TryPop(out var concept))
            foreach (var next in links[concept] ?? [])
                if (!reached[next])
                {
                    reached[next] = true;
                    open.Push(next);
                }
        return reached;
    }
}
