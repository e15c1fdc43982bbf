namespace FhirGateway.Fhir.FhirPath;

/// <summary>What an invariant says of an element.</summary>
public enum FhirPathVerdict
{
    True,

    /// <summary>The expression gave false or nothing.</summary>
    False,

    /// <summary>Not true, and something that it asked for is not at hand: a value set, the target of a reference, a profile.</summary>
    NotCheckable,

    /// <summary>A limit was reached or the expression cannot be applied to this element.</summary>
    Faulted,
}
