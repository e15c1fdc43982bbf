using System.Collections.Immutable;

namespace FhirGateway.Audit;

/// <summary>What checking the audit log found.</summary>
/// <param name="Records">Leaves in the log.</param>
/// <param name="Root">Root over them, base64.</param>
/// <param name="Checkpoints">Checkpoints whose signature and root hold.</param>
/// <param name="ExcludedUpTo">Up to this leaf a truncation is excluded: the size of the last good checkpoint.</param>
/// <param name="Faults">What is wrong; empty if the log holds.</param>
public sealed record AuditVerification(
    long Records, string Root, int Checkpoints, long ExcludedUpTo, ImmutableArray<string> Faults);
