namespace FhirGateway.Fhir.FhirPath;

/// <summary>One step of a compiled expression. Immutable but for caches; shared by threads.</summary>
internal abstract class PathNode
{
    /// <summary>Offset in the expression.</summary>
    public int Position { get; init; }

    /// <summary>How many steps are nested in it, itself counted; set by the parser.</summary>
    public int Depth { get; set; }

    /// <summary>Its operands.</summary>
    public abstract ReadOnlySpan<PathNode> Operands { get; }

    /// <summary>Leaves the result on top of the stack.</summary>
    public abstract void Push(PathMachine m);

    /// <summary>The result read as one boolean, without leaving it on the stack.</summary>
    public virtual Truth Test(PathMachine m)
    {
        var start = m.Top;
        Push(m);
        return m.TakeTruth(start, Position);
    }

    /// <summary>Whether the result has an item.</summary>
    public virtual bool Any(PathMachine m)
    {
        var start = m.Top;
        Push(m);
        var any = m.Top > start;
        m.Reset(start);
        return any;
    }
}
