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

    /// <summary>Id of the client whose token came with it, over HTTP: the audit log says which of a source's clients it was.</summary>
    public string? Client { get; init; }

    /// <summary>HL7v2 over HTTP, from the owner of a token.</summary>
    /// <param name="sender">Id of the source.</param>
    /// <param name="client">Id of its client.</param>
    /// <param name="route">The route's pattern, as of every refusal over HTTP.</param>
    public static MessageOrigin Http(string sender, string client, string route) => new(route, sender) { Client = client };
}
