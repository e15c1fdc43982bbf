namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// A name at the head of a path: the children of the focus or, if the name is that of the type of the focus, the focus
/// itself (FHIRPath, "Path selection").
/// </summary>
internal sealed class OwnChildNode(string name) : PathNode
{
    private readonly bool mayBeType = char.IsAsciiLetterUpper(name[0]);

    public ElementName Name { get; } = new(name);
    public override ReadOnlySpan<PathNode> Operands => [];

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        if (mayBeType && IsOfType(m))
            m.Push(m.This);
        else
            m.PushChildren(m.This, Name);
    }

    private bool IsOfType(PathMachine m)
    {
        if (!m.This.IsNode)
            return false;
        for (var type = m.This.Type; type is not null; type = type.Parent)
            if (type.Name == Name.Text)
                return true;
        return false;
    }
}
