using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Smart;

/// <summary>Ourselves as a client of one source.</summary>
/// <param name="Source">Id of the source.</param>
/// <param name="Connection">How it is reached.</param>
/// <param name="DataDirectory">The data directory; <c>keys/sources/ID.pem</c> in it is the key where the connection names none.</param>
public sealed record SmartClient(string Source, SourceConnection Connection, string DataDirectory);
