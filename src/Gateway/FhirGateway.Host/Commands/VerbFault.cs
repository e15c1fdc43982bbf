namespace FhirGateway.Host.Commands;

/// <summary>Why a verb cannot be done, for its user: what, where and what to do. Ends it with <see cref="ExitCodes.Usage"/>.</summary>
internal sealed class VerbFault(string message) : Exception(message);
