namespace FhirGateway.Validation;

/// <summary>How a source's resources are validated.</summary>
/// <param name="Profiles">Against what.</param>
/// <param name="HoldsErrors">Whether a bulk resource with an error is held. A message never is: an alert must not wait for a profile.</param>
public sealed record ValidationSettings(ProfileSet Profiles, bool HoldsErrors);
