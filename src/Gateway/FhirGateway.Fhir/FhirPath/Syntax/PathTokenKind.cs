namespace FhirGateway.Fhir.FhirPath;

/// <summary>What a token of an expression is.</summary>
internal enum PathTokenKind : byte
{
    End,

    /// <summary>A name or a word of the language.</summary>
    Identifier,

    /// <summary>A name in backticks: never a word of the language.</summary>
    Delimited,
    String,
    Integer,
    Decimal,
    Temporal,

    /// <summary><c>$this</c> and its like.</summary>
    Special,
    Symbol,
}
