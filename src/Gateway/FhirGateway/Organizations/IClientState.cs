namespace FhirGateway.Organizations;

/// <summary>Clients and their used assertions inside the state transaction.</summary>
public interface IClientState
{
    /// <summary>All clients, oldest first.</summary>
    IReadOnlyList<Client> All();

    /// <summary>Adds a client; a known id is a misuse (exception).</summary>
    void Insert(Client client);

    /// <summary>Removes a client; false where there is none of that id.</summary>
    bool Remove(string id);

    /// <summary>Keeps the key set that was read at a client's URL: after a restart it is there although the URL may not be.</summary>
    void SaveKeys(string client, string jwks, DateTimeOffset at);

    /// <summary>
    /// Takes a <c>jti</c> of an issuer, once: false if it was taken before and its time is not over. What ended before
    /// <paramref name="now"/> is forgotten. Committed with the transaction, so no restart makes an assertion fresh again.
    /// </summary>
    bool TakeAssertion(string issuer, string jti, DateTimeOffset until, DateTimeOffset now);

    /// <summary>Remembers an upload; forgets the keys of uploads accepted before <paramref name="keysSince"/>.</summary>
    void Insert(ClientUpload upload, DateTimeOffset keysSince);
    ClientUpload? FindUpload(string submission);

    /// <summary>The upload of a source with this Idempotency-Key.</summary>
    ClientUpload? FindUpload(string owner, string key);
}
