namespace FhirGateway.Fhir.Terminology;

/// <summary>The form of the codes of well-known systems.</summary>
public static class CodeSyntax
{
    /// <summary>Compares a code with the form that codes of its system have. Allocates nothing.</summary>
    /// <param name="system">URL of the code or identifier system, UTF-8.</param>
    /// <param name="code">The code, UTF-8.</param>
    public static CodeCheck Check(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var index = CodeFormats.Systems.Find(system);
        return index < 0 ? CodeCheck.NotKnown : CodeFormats.Formats[index](code) ? CodeCheck.Ok : CodeCheck.Malformed;
    }
}
