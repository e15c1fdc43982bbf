using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Which value sets include which. Circles are found once, in time linear in the number of sets and includes (R. Tarjan, 1972).</summary>
internal sealed class ImportGraph(TerminologySource source)
{
    private readonly Dictionary<FhirValueSet, int> circles = new(ReferenceEqualityComparer.Instance);
    private int count;

    /// <summary>Whether a set that includes another is included by it in turn.</summary>
    public bool IsCircular(FhirValueSet set, FhirPackage? from, FhirValueSet import)
    {
        if (!circles.ContainsKey(set))
            Explore(new(set, from));
        return circles[set] == circles.GetValueOrDefault(import, -1);
    }

    private void Explore(Node start)
    {
        var order = new Dictionary<FhirValueSet, Node>(ReferenceEqualityComparer.Instance);
        var path = new Stack<Node>();
        var open = new Stack<Node>();
        Enter(start);
        while (path.TryPeek(out var node))
        {
            if (node.Next(source) is { } next)
            {
                if (circles.ContainsKey(next.Set))
                    continue;
                if (order.TryGetValue(next.Set, out var seen))
                    node.Low = Math.Min(node.Low, seen.Order);
                else
                    Enter(next);
                continue;
            }
            path.Pop();
            if (path.TryPeek(out var parent))
                parent.Low = Math.Min(parent.Low, node.Low);
            if (node.Low == node.Order)
                Close(node);
        }

        void Enter(Node node)
        {
            node.Low = node.Order = order.Count;
            order.Add(node.Set, node);
            path.Push(node);
            open.Push(node);
        }

        void Close(Node root)
        {
            Node node;
            do
            {
                node = open.Pop();
                circles.Add(node.Set, count);
            }
            while (node != root);
            count++;
        }
    }

    private sealed class Node(FhirValueSet set, FhirPackage? from)
    {
        private List<string>? imports;
        private int at;

        public FhirValueSet Set => set;

        public int Order { get; set; }

        public int Low { get; set; }

        /// <summary>The next set that this one includes, or null at the end.</summary>
        public Node? Next(TerminologySource source)
        {
            imports ??= [.. set.Includes.Concat(set.Excludes).SelectMany(i => i.ValueSets)];
            while (at < imports.Count)
                if (source.FindValueSet(imports[at++], from, out _) is { } found)
                    return new(found.Set, found.Package);
            return null;
        }
    }
}
