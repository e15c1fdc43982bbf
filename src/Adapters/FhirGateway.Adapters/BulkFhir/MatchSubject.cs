using System.Security.Cryptography;
using System.Text;
using FhirGateway.Attributions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One patient of a panel as a payer is asked about it.</summary>
/// <param name="Patient">As the panel has it.</param>
/// <param name="MemberId">The payer's member id, where it is known.</param>
internal sealed record MatchSubject(PanelPatient Patient, string? MemberId)
{
    /// <summary>Patient.id in the request: opaque, and the same whenever the same patient is asked about.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("panel\n" + Patient.Key)).AsSpan(0, 16));

    public override string ToString() => "MatchSubject";
}
