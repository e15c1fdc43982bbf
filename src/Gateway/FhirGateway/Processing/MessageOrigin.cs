namespace FhirGateway.Processing;

/// <summary>By which way messages came, and who is known to send them.</summary>
/// <param name="Route">A word of a fixed list, for the audit log.</param>
/// <param name="Sender">
/// Id of the source that proved itself, by certificate or token: it may send for its own facilities only. Null where the sending
/// facility alone says whose a message is.
/// </param>
public sealed record MessageOrigin(string Route, string? Sender)
{
    /// <summary>Plain MLLP, on loopback.</summary>
    public static readonly MessageOrigin Plain = new("mllp", null);

    /// <summary>MLLP over TLS, from the owner of a certificate.</summary>
    public static MessageOrigin Tls(string sender) => new("mllp-tls", sender);

    /// <summary>HL7v2 over HTTP, from the owner of a token.</summary>
    public static MessageOrigin Http(string sender) => new("http", sender);
}
