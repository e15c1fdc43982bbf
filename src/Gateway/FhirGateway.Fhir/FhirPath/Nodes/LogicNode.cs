namespace FhirGateway.Fhir.FhirPath;

/// <summary><c>and</c>, <c>or</c>, <c>xor</c>, <c>implies</c> with three values; the right side is not looked at where the left decides.</summary>
internal sealed class LogicNode(LogicNode.Operator op, PathNode left, PathNode right) : TruthNode
{
    private readonly PathNode[] operands = [left, right];

    public enum Operator
    {
        And,
        Or,
        Xor,
        Implies,
    }

    public override ReadOnlySpan<PathNode> Operands => operands;

    public override Truth Test(PathMachine m)
    {
        if (!m.Step())
            return Truth.Empty;
        var first = left.Test(m);
        switch (op)
        {
            case Operator.And:
                if (first == Truth.False)
                    return Truth.False;
                var and = right.Test(m);
                return and == Truth.False ? Truth.False : first == Truth.Empty ? Truth.Empty : and;
            case Operator.Or:
                if (first == Truth.True)
                    return Truth.True;
                var or = right.Test(m);
                return or == Truth.True ? Truth.True : first == Truth.Empty ? Truth.Empty : or;
            case Operator.Implies:
                if (first == Truth.False)
                    return Truth.True;
                var then = right.Test(m);
                return then == Truth.True ? Truth.True : first == Truth.Empty ? Truth.Empty : then;
            default:
                var second = right.Test(m);
                if (first == Truth.Empty || second == Truth.Empty)
                    return Truth.Empty;
                return first == second ? Truth.False : Truth.True;
        }
    }
}
