using FhirGateway.Organizations;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>The outcome of a request about an upload in parts, and how the upload stands after it.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Job">Id of the upload; null where it is unknown.</param>
/// <param name="Progress">How it stands; null where it is unknown.</param>
/// <param name="Accepted">What it became, once accepted.</param>
internal sealed record PartAnswer(PartOutcome Outcome, string? Job = null, UploadProgress? Progress = null, ClientUpload? Accepted = null);
