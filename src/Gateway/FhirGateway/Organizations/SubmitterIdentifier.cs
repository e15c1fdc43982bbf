namespace FhirGateway.Organizations;

/// <summary>The <c>submitter</c> of a <c>$bulk-submit</c>, agreed with the sender beforehand.</summary>
/// <param name="System">Identifier.system; empty where none was agreed.</param>
/// <param name="Value">Identifier.value.</param>
public readonly record struct SubmitterIdentifier(string System, string Value)
{
    /// <summary>Reads <c>SYSTEM|VALUE</c>; a text without <c>|</c> is a value alone. False where the value is empty.</summary>
    public static bool TryParse(string text, out SubmitterIdentifier submitter)
    {
        var bar = text.LastIndexOf('|');
        submitter = new SubmitterIdentifier(bar < 0 ? "" : text[..bar], text[(bar + 1)..]);
        return submitter.Value.Length > 0;
    }

    public override string ToString() => System.Length == 0 ? Value : System + "|" + Value;
}
