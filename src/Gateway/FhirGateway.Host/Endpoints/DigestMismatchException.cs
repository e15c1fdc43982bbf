namespace FhirGateway.Host.Endpoints;

/// <summary>A body is not the one whose digest its request promised.</summary>
internal sealed class DigestMismatchException() : Exception("the body does not have the digest that the request names");
