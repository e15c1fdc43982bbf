using System.Collections.Frozen;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The functions by name: how many arguments each takes and what step it makes.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, Entry> Functions = Build();

    private delegate PathNode Factory(PathNode input, PathNode[] arguments, int position);

    /// <summary>The step of a call, or null and the reason.</summary>
    public static PathNode? Make(string name, PathNode input, PathNode[] arguments, int position, out string? fault)
    {
        fault = null;
        if (!Functions.TryGetValue(name, out var entry))
            fault = "There is no such function";
        else if (arguments.Length < entry.Least || arguments.Length > entry.Most)
            fault = entry.Least == entry.Most ? $"{name}() takes {entry.Least} arguments" : $"{name}() takes {entry.Least} to {entry.Most} arguments";
        return fault is null ? entry!.Factory(input, arguments, position) : null;
    }

    private static FrozenDictionary<string, Entry> Build()
    {
        var table = new Dictionary<string, Entry>(StringComparer.Ordinal);
        AddShapes(table);
        CollectionFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body), (name, least, most, body) => AddTruth(table, name, least, most, body));
        ConversionFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body), (name, least, most, body) => AddTruth(table, name, least, most, body));
        StringFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body), (name, least, most, body) => AddTruth(table, name, least, most, body));
        EncodingFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body));
        MathFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body));
        StatisticFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body));
        BoundaryFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body));
        FhirFunctions.Add((name, least, most, body) => AddBody(table, name, least, most, body), (name, least, most, body) => AddTruth(table, name, least, most, body));
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Functions whose arguments are evaluated for each item, or not at all.</summary>
    private static void AddShapes(Dictionary<string, Entry> table)
    {
        table.Add("exists", new(0, 1, (i, a, p) => new ExistsNode(a.Length == 0 ? i : new WhereNode(i, a[0]) { Position = p, Depth = 1 }, false) { Position = p }));
        table.Add("empty", new(0, 0, (i, _, p) => new ExistsNode(i, true) { Position = p }));
        table.Add("not", new(0, 0, (i, _, p) => new NotNode(i) { Position = p }));
        table.Add("where", new(1, 1, (i, a, p) => new WhereNode(i, a[0]) { Position = p }));
        table.Add("all", new(1, 1, (i, a, p) => new AllNode(i, a[0]) { Position = p }));
        table.Add("select", new(1, 1, (i, a, p) => new SelectNode(i, a[0]) { Position = p }));
        table.Add("repeat", new(1, 1, (i, a, p) => new RepeatNode(i, a[0]) { Position = p }));
        table.Add("aggregate", new(1, 2, (i, a, p) => new AggregateNode(i, a[0], a.Length > 1 ? a[1] : null) { Position = p }));
        table.Add("iif", new(2, 3, (i, a, p) => new IifNode(i, a) { Position = p }));
        table.Add("union", new(1, 1, (i, a, p) => new UnionNode(i, a[0]) { Position = p }));
        table.Add("sort", new(0, 8, (i, a, p) => new SortNode(i, a) { Position = p }));
        // The projection of trace() is for a log, and what is read here belongs into none.
        table.Add("trace", new(1, 2, (i, _, p) => new FunctionNode("trace", i, [], static (_, _, _, _) => { }) { Position = p }));
    }

    private static void AddBody(Dictionary<string, Entry> table, string name, int least, int most, FunctionNode.Body body) =>
        table.Add(name, new(least, most, (i, a, p) => new FunctionNode(name, i, a, body) { Position = p }));

    private static void AddTruth(Dictionary<string, Entry> table, string name, int least, int most, TruthFunctionNode.Body body) =>
        table.Add(name, new(least, most, (i, a, p) => new TruthFunctionNode(name, i, a, body) { Position = p }));

    /// <summary>Takes a function into the table.</summary>
    public delegate void AddFunction(string name, int least, int most, FunctionNode.Body body);

    /// <summary>Takes a function that gives a boolean into the table.</summary>
    public delegate void AddTruthFunction(string name, int least, int most, TruthFunctionNode.Body body);

    private sealed record Entry(int Least, int Most, Factory Factory);
}
