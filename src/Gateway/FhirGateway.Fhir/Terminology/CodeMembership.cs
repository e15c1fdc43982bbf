namespace FhirGateway.Fhir.Terminology;

/// <summary>Answers whether a code is in a value set. Called on the hot path: it must not block.</summary>
/// <param name="valueSet">Canonical URL of the set, with <c>|version</c> if one was asked for.</param>
/// <param name="system">The code system, unescaped UTF-8; empty if the code came without one.</param>
/// <param name="code">The code, unescaped UTF-8.</param>
/// <param name="hasSystem">False for a plain code, which belongs to whatever system the set draws from.</param>
public delegate Membership CodeMembership(string valueSet, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, bool hasSystem);
