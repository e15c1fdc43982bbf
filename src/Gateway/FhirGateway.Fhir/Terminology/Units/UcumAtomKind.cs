namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>How an atom of UCUM is defined.</summary>
internal enum UcumAtomKind
{
    /// <summary>By itself: one of the seven.</summary>
    Base,

    /// <summary>By a procedure: comparable with itself alone (UCUM section 24).</summary>
    Arbitrary,

    /// <summary>By other units.</summary>
    Derived,

    /// <summary>By a function of other units (UCUM section 21).</summary>
    Special,
}
