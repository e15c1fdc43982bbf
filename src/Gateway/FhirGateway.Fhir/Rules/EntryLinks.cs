namespace FhirGateway.Fhir.Rules;

/// <summary>Which entries of a Bundle lead to which, and which are reached from the first.</summary>
internal sealed class EntryLinks
{
    private readonly List<(int From, int To)> links = [];
    private readonly Stack<int> open = new();
    private int[] heads = [];
    private int[] next = [];
    private bool[] reached = [];

    public void Clear(int count)
    {
        links.Clear();
        reached = new bool[count];
        heads = [];
    }

    public void Add(int from, int to)
    {
        if (from != to)
            links.Add((from, to));
    }

    public bool IsReached(int entry) => reached[entry];

    /// <summary>Marks an entry and all that it leads to.</summary>
    public void Reach(int entry)
    {
        if (heads.Length != reached.Length)
            Build();
        open.Push(entry);
        while (open.TryPop(out var at))
        {
            if (reached[at])
                continue;
            reached[at] = true;
            for (var link = heads[at]; link >= 0; link = next[link])
                open.Push(links[link].To);
        }
    }

    /// <summary>An entry that is not reached but leads to one that is; it is reached from now on. -1 if there is none.</summary>
    public int ReachBack()
    {
        foreach (var (from, to) in links)
        {
            if (reached[from] || !reached[to])
                continue;
            Reach(from);
            return from;
        }
        return -1;
    }

    private void Build()
    {
        heads = new int[reached.Length];
        next = new int[links.Count];
        Array.Fill(heads, -1);
        for (var i = 0; i < links.Count; i++)
            (next[i], heads[links[i].From]) = (heads[links[i].From], i);
    }
}
