using System.Diagnostics.CodeAnalysis;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>A compiled expression of FHIRPath (N1 2.0.0 with the functions of FHIR R4). Immutable, for any number of threads.</summary>
public sealed class FhirPathExpression
{
    /// <summary>UTF-16 units of an expression.</summary>
    public const int MaxLength = 1 << 16;

    private FhirPathExpression(string text, PathNode root)
    {
        Text = text;
        Root = root;
    }

    public string Text { get; }

    internal PathNode Root { get; }

    /// <summary>Compiles a text; says what is wrong with it and where if it is no expression.</summary>
    public static bool TryCompile(
        string text, [NotNullWhen(true)] out FhirPathExpression? expression, [NotNullWhen(false)] out FhirPathFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        expression = null;
        if (text.Length > MaxLength)
        {
            fault = new FhirPathFault($"The expression is longer than {MaxLength}", MaxLength);
            return false;
        }
        var root = PathParser.Parse(text, out fault);
        if (root is null)
        {
            fault ??= new FhirPathFault("Not an expression", 0);
            return false;
        }
        expression = new FhirPathExpression(text, root);
        fault = null;
        return true;
    }

    /// <summary>
    /// What is wrong with the expression as far as types tell, with no resource at hand: elements that a type does not have,
    /// functions on values they are not for.
    /// </summary>
    /// <param name="contextType">The type that the expression will be evaluated on: <c>Patient</c>, <c>Patient.contact</c>.</param>
    /// <param name="table">The types; FHIR R4 if none is given.</param>
    public IReadOnlyList<FhirPathFault> CheckTypes(string contextType, StructureTable? table = null)
    {
        ArgumentNullException.ThrowIfNull(contextType);
        table ??= StructureTable.R4;
        if (table.FindType(contextType) is not { } type)
            return [new($"There is no type {contextType}", 0)];
        var dot = contextType.IndexOf('.', StringComparison.Ordinal);
        var holder = dot < 0 ? type : table.FindType(contextType.AsSpan(0, dot));
        var context = StaticType.Of(type);
        var checker = new TypeChecker(table, context, holder is { IsResource: true } ? StaticType.Of(holder) : StaticType.Unknown);
        checker.Check(Root, context);
        return checker.Faults;
    }

    public override string ToString() => Text;
}
