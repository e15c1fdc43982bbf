namespace FhirGateway.Adapters.Smart;

/// <summary>The private keys with which we authenticate to one source, and the set of public ones that it registers.</summary>
public sealed class ClientSigningKeys : IDisposable
{
    /// <summary>Where the keys of a source lie that has no key file of its own.</summary>
    public static string PathOf(string dataDirectory, string source) => Path.Combine(dataDirectory, "keys", "sources", source + ".pem");

    /// <summary>Reads PEM (one key or several) or a private JWK or JWKS; throws <see cref="SmartException"/> that says what is wrong with the file.</summary>
    public static ClientSigningKeys Read(string path) => throw new NotImplementedException(path);

    /// <summary>Makes an EC P-384 key, and an RSA one of 3072 bits if asked, in a new owner-only file; an existing file is an <see cref="IOException"/>.</summary>
    public static ClientSigningKeys Create(string path, bool withRsa) => throw new NotImplementedException(path + withRsa);

    /// <summary>The JWKS (RFC 7517) to register, public members only.</summary>
    public string PublicJwks() => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
