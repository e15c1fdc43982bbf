namespace FhirGateway.Fhir.FhirPath;

/// <summary>Existence, subsetting, combining and tree navigation (FHIRPath, "Functions").</summary>
internal static class CollectionFunctions
{
    public static void Add(FunctionTable.AddFunction add, FunctionTable.AddTruthFunction addTruth)
    {
        addTruth("allTrue", 0, 0, (m, s, _, p) => AllAre(m, s, p, Truth.True));
        addTruth("allFalse", 0, 0, (m, s, _, p) => AllAre(m, s, p, Truth.False));
        addTruth("anyTrue", 0, 0, (m, s, _, p) => AnyIs(m, s, p, Truth.True));
        addTruth("anyFalse", 0, 0, (m, s, _, p) => AnyIs(m, s, p, Truth.False));
        addTruth("isDistinct", 0, 0, (m, s, _, _) => Is(m.AreDistinct(s)));
        addTruth("subsetOf", 1, 1, SubsetOf);
        addTruth("supersetOf", 1, 1, SupersetOf);
        add("count", 0, 0, (m, s, _, _) => m.Replace(s, PathItem.Of((long)(m.Top - s))));
        add("distinct", 0, 0, (m, s, _, _) => m.Distinct(s));
        add("single", 0, 0, Single);
        add("first", 0, 0, (m, s, _, _) => m.Reset(Math.Min(m.Top, s + 1)));
        add("last", 0, 0, (m, s, _, _) => m.MoveDown(Math.Max(m.Top - 1, s), s));
        add("tail", 0, 0, (m, s, _, _) => m.MoveDown(Math.Min(m.Top, s + 1), s));
        add("skip", 1, 1, Skip);
        add("take", 1, 1, Take);
        add("intersect", 1, 1, (m, s, a, _) => Filter(m, s, a, keepMembers: true));
        add("exclude", 1, 1, (m, s, a, _) => Filter(m, s, a, keepMembers: false));
        add("combine", 1, 1, (m, _, a, _) => a[0].Push(m));
        add("children", 0, 0, Children);
        add("descendants", 0, 0, Descendants);
        add("type", 0, 0, Type);
        add("now", 0, 0, (m, s, _, _) => m.Replace(s, Moment(m, ItemKind.DateTime)));
        add("today", 0, 0, (m, s, _, _) => m.Replace(s, Moment(m, ItemKind.Date)));
        add("timeOfDay", 0, 0, (m, s, _, _) => m.Replace(s, Moment(m, ItemKind.Time)));
    }

    private static Truth Is(bool value) => value ? Truth.True : Truth.False;

    private static Truth AllAre(PathMachine m, int start, int position, Truth wanted)
    {
        for (var i = start; i < m.Top && m.Step(); i++)
            if (Boolean(m, i, position) != wanted)
                return Truth.False;
        return Truth.True;
    }

    private static Truth AnyIs(PathMachine m, int start, int position, Truth wanted)
    {
        for (var i = start; i < m.Top && m.Step(); i++)
            if (Boolean(m, i, position) == wanted)
                return Truth.True;
        return Truth.False;
    }

    private static Truth Boolean(PathMachine m, int at, int position)
    {
        if (m.TryAtom(m[at], out var atom) && atom.Kind == ItemKind.Boolean)
            return atom.Boolean ? Truth.True : Truth.False;
        m.Fail("The function is for booleans", position);
        return Truth.Empty;
    }

    private static Truth SubsetOf(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        arguments[0].Push(m);
        return Is(m.AllIn(start, end, end, m.Top));
    }

    private static Truth SupersetOf(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        arguments[0].Push(m);
        return Is(m.AllIn(end, m.Top, start, end));
    }

    private static void Single(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.Top > start + 1)
            m.Fail("single() is for one item", position);
    }

    private static void Skip(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.TryInteger(arguments[0], out var number))
            m.MoveDown((int)Math.Min(m.Top, start + Math.Max(number, 0)), start);
        else
            m.Reset(start);
    }

    private static void Take(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var number = m.TryInteger(arguments[0], out var n) ? Math.Max(n, 0) : 0;
        m.Reset((int)Math.Min(m.Top, start + number));
    }

    private static void Filter(PathMachine m, int start, PathNode[] arguments, bool keepMembers)
    {
        var end = m.Top;
        arguments[0].Push(m);
        m.Filter(start, end, keepMembers);
        if (keepMembers)
            m.Distinct(start);
    }

    private static void Children(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        for (var i = start; i < end && m.Step(); i++)
        {
            var item = m[i];
            m.PushChildren(item);
        }
        m.MoveDown(end, start);
    }

    private static void Descendants(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            var item = m[i];
            m.PushChildren(item);
        }
        m.MoveDown(end, start);
    }

    private static void Type(PathMachine m, int start, PathNode[] arguments, int position)
    {
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            var item = m[i];
            m[i] = PathItem.OfTypeName(PathMachine.TypeName(item), item.Kind is not (ItemKind.Node or ItemKind.Absent));
        }
    }

    private static PathItem Moment(PathMachine m, ItemKind kind)
    {
        var now = m.Now;
        var ticks = now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond);
        var value = kind switch
        {
            ItemKind.Date => new Temporal(now.Date.Ticks, TemporalPrecision.Day, 0, Temporal.NoOffset),
            ItemKind.Time => new Temporal(ticks % TimeSpan.TicksPerDay, TemporalPrecision.Second, 3, Temporal.NoOffset),
            _ => new Temporal(ticks, TemporalPrecision.Second, 3, (int)now.Offset.TotalMinutes),
        };
        return PathItem.Of(kind, value);
    }
}
