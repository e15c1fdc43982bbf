using System.Diagnostics.CodeAnalysis;

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

    public override string ToString() => Text;
}
