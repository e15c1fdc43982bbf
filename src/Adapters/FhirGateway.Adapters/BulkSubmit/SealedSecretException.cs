namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// The secrets of one submission cannot be opened. It is that submission's fault and nobody else's: the store is whole, so it must
/// not look like a damaged one.
/// </summary>
public sealed class SealedSecretException(Exception inner)
    : InvalidOperationException("The secrets of this submission cannot be opened: keys/secrets.key is not the one it was sealed with", inner);
