namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>$this</c>, <c>$index</c>, <c>$total</c>, <c>%resource</c>, <c>%rootResource</c> and <c>%context</c>.</summary>
internal sealed class FocusNode(FocusNode.Name name) : PathNode
{
    public enum Name
    {
        This,
        Index,
        Total,
        Resource,
        RootResource,
        Context,
    }

    public Name Which => name;
    public override ReadOnlySpan<PathNode> Operands => [];

    public override void Push(PathMachine m)
    {
        if (!m.Step())
            return;
        switch (name)
        {
            case Name.This:
                m.Push(m.This);
                break;
            case Name.Index when m.Index >= 0:
                m.Push(PathItem.Of((long)m.Index));
                break;
            case Name.Total:
                var (start, count) = m.Total;
                for (var i = start; i < start + count; i++)
                    m.Push(m[i]);
                break;
            case Name.Resource:
                m.Push(m.Resource);
                break;
            case Name.RootResource:
                m.Push(m.RootResource);
                break;
            case Name.Context:
                m.Push(m.Context);
                break;
        }
    }
}
