namespace FhirGateway.Fhir.FhirPath;

/// <summary>One token of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a string or delimited name without quotes and escapes.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct PathToken(PathTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == PathTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == PathTokenKind.Identifier && Text == word;
}
