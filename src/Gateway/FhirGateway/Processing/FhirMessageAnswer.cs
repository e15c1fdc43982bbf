using System.Collections.Immutable;
using FhirGateway.Normalization.FhirMessages;

namespace FhirGateway.Processing;

/// <summary>What became of a FHIR message at the door.</summary>
/// <param name="IsAccepted">Its bytes are durable.</param>
/// <param name="IsUnreadable">It is no message at all.</param>
/// <param name="Faults">What the sender must mend; empty where it is accepted.</param>
public sealed record FhirMessageAnswer(bool IsAccepted, bool IsUnreadable, ImmutableArray<FhirMessageFault> Faults);
