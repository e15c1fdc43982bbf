using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Audit;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.Identity;

/// <summary>Adds and removes clients. In force when the call returns, for running requests too.</summary>
public sealed class ClientRegistration(IStateStore store, ClientDirectory clients, TimeProvider clock)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private const int MostExternalCharacters = 64;

    /// <summary>Checks the request, adds the client with its audit record, and says how to use it.</summary>
    public async Task<RegisteredClient> AddAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } fault)
            return new RegisteredClient { Fault = fault };
        var id = "c-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        using var pair = request is { Jwks: null, JwksUrl: null, ExternalId: null } ? ECDsa.Create(ECCurve.NamedCurves.nistP384) : null;
        var keyId = pair is null ? null : id + "-1";
        var published = request.JwksUrl is { } url ? await ReadAsync(id, new Uri(url), request.JwksAllow, cancellationToken) : default;
        var jwks = published.Jwks ?? (pair is null ? request.Jwks ?? "" : PublicSet(pair, keyId!));
        fault = published.Fault;
        // Without a set are a client of the external issuer, and one whose publisher is away.
        var hasSet = jwks.Length > 0 || request.Jwks is not null;
        if (fault is not null || (hasSet && !ClientKeySet.TryRead(jwks, out _, out fault)))
            return new RegisteredClient { Fault = fault };
        var client = new Client
        {
            Id = id,
            Role = request.Role,
            Owner = request.Owner,
            Jwks = jwks,
            JwksUrl = request.JwksUrl,
            JwksAllow = request.JwksAllow,
            JwksAt = published.Jwks is null ? null : clock.GetUtcNow(),
            ExternalId = request.ExternalId,
            Scopes = request.Scopes.IsDefaultOrEmpty ? ClientScopes.OfRole(request.Role) : request.Scopes,
            CreatedAt = clock.GetUtcNow(),
        };
        fault = await store.WriteAsync(StateLane.Messages, tx => Insert(tx, client), cancellationToken);
        if (fault is not null)
            return new RegisteredClient { Fault = fault };
        clients.Add(client);
        return new RegisteredClient { Client = client, ClientFile = FileOf(client, request.BaseUrl, pair, keyId), Warning = published.Warning };
    }

    /// <summary>Removes a client with its audit record; false where there is none of that id. Its tokens are refused from then on.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var isRemoved = await store.WriteAsync(StateLane.Messages, tx =>
        {
            if (!tx.Clients.Remove(id))
                return false;
            tx.Audit.Append(new AuditRecord(AuditKinds.Change, Text(default, w =>
            {
                w.WriteString("change", "client-removed");
                w.WriteString("client", id);
            })));
            return true;
        }, cancellationToken);
        clients.Remove(id);
        return isRemoved;
    }

    private static string? Check(ClientRequest request)
    {
        if (request.Role == ClientRole.Operator ? request.Owner is not null : !OrganizationId.IsValid(request.Owner))
            return request.Role == ClientRole.Operator ? "an operator's client belongs to no organisation" : $"an organisation id is {OrganizationId.Form}";
        if (new[] { request.Jwks, request.JwksUrl, request.ExternalId }.Count(k => k is not null) > 1)
            return "a client has a key set, the URL of one, or an id at the external issuer: one of them";
        if (CheckUrl(request) is { } fault)
            return fault;
        if (request.ExternalId is { } external && (external.Length is 0 or > MostExternalCharacters || !external.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            return $"an id at the external issuer is 1 to {MostExternalCharacters} letters, digits, - _ .";
        var allowed = ClientScopes.OfRole(request.Role);
        if (!request.Scopes.IsDefaultOrEmpty && request.Scopes.FirstOrDefault(s => !allowed.Contains(s)) is { } scope)
            return $"scope '{scope}' is not one of this role: {string.Join(' ', allowed)}";
        return null;
    }

    private static string? CheckUrl(ClientRequest request)
    {
        if (request.JwksUrl is null)
            return request.JwksAllow is null ? null : "an origin is allowed for the URL of a key set only";
        if (!EgressUrl.TryRead(request.JwksUrl, out var url, out var fault) || request.JwksUrl.Contains('#', StringComparison.Ordinal))
            return $"the URL of the key set {fault ?? "holds a fragment"}";
        if (request.JwksAllow is { } allow)
            return EgressOrigin.TryParse(allow, out var origin) && origin.IsOf(url) ? null : "the origin allowed is not that of the key set: write scheme://host:port";
        return url.Scheme == Uri.UriSchemeHttps ? null : "the URL of a key set is https; to take plain HTTP, allow its origin";
    }

    // Read at once, so that a mistake is seen by whoever made it. A publisher that is away is none.
    private async Task<(string? Jwks, string? Fault, string? Warning)> ReadAsync(string client, Uri url, string? allow, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RemoteValue<ClientKeySet>.Timeout);
        const string Later = "It is asked for again when the client wants its first token.";
        try
        {
            return ((await clients.FetchAsync(client, url, allow, deadline.Token)).Value, null, null);
        }
        catch (EgressException e) when (e.IsTransient)
        {
            return (null, null, $"The key set could not be read now ({e.Message}). {Later}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, null, $"The key set could not be read now (no answer within {RemoteValue<ClientKeySet>.Timeout.TotalSeconds:0} s). {Later}");
        }
        catch (Exception e) when (e is EgressException or InvalidDataException)
        {
            return (null, e.Message, null);
        }
    }

    private static string? Insert(IStateTransaction tx, Client client)
    {
        var organizations = tx.Organizations.Load();
        if (client.Role == ClientRole.Source && organizations.FindSource(client.Owner!) is null)
            return $"no source has the id '{client.Owner}': add it first";
        if (client.Role == ClientRole.Participant && organizations.FindParticipant(client.Owner!) is null)
            return $"no participant has the id '{client.Owner}': add it first";
        if (client.ExternalId is { } external && tx.Clients.All().Any(c => external.Equals(c.ExternalId, StringComparison.OrdinalIgnoreCase)))
            return $"the id '{external}' at the external issuer has a client already";
        tx.Clients.Insert(client);
        tx.Audit.Append(new AuditRecord(AuditKinds.Change, Detail(client)));
        return null;
    }

    private static string Detail(Client client) => Text(default, w =>
    {
        w.WriteString("change", "client-added");
        w.WriteString("client", client.Id);
        w.WriteString("role", RoleName(client.Role));
        if (client.Owner is not null)
            w.WriteString("organisation", client.Owner);
        w.WriteString("scope", string.Join(' ', client.Scopes));
        if (client.JwksUrl is not null)
            w.WriteString("keysUrl", EgressUrl.Shown(new Uri(client.JwksUrl)));
        if (client.ExternalId is not null)
            w.WriteString("external", client.ExternalId);
        w.WriteString("keysSha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(client.Jwks))));
    });

    /// <summary>The audit record of a key set that was read at a client's URL and differs from the one before.</summary>
    internal static AuditRecord KeysRead(string client, string jwks) => new(AuditKinds.Change, Text(default, w =>
    {
        w.WriteString("change", "client-keys-read");
        w.WriteString("client", client);
        w.WriteString("keysSha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jwks))));
    }));

    internal static string RoleName(ClientRole role) => role switch
    {
        ClientRole.Source => "source",
        ClientRole.Participant => "participant",
        _ => "operator",
    };

    private static string PublicSet(ECDsa pair, string keyId) => Text(default, w =>
    {
        w.WriteStartArray("keys");
        w.WriteStartObject();
        WriteKey(w, pair.ExportParameters(includePrivateParameters: false), keyId);
        w.WriteEndObject();
        w.WriteEndArray();
    });

    private static byte[] FileOf(Client client, Uri baseUrl, ECDsa? pair, string? keyId)
    {
        var root = baseUrl.AbsoluteUri.TrimEnd('/');
        return Encoding.UTF8.GetBytes(Text(Indented, w =>
        {
            w.WriteString("client_id", client.Id);
            w.WriteString("role", RoleName(client.Role));
            if (client.Owner is not null)
                w.WriteString("organisation", client.Owner);
            if (client.ExternalId is null)
                w.WriteString("token_endpoint", root + "/auth/token");
            else
                w.WriteString("external_id", client.ExternalId);
            w.WriteString("base_url", root);
            if (pair is null)
                return;
            w.WriteStartObject("key");
            WriteKey(w, pair.ExportParameters(includePrivateParameters: true), keyId!);
            w.WriteEndObject();
        }) + "\n");
    }

    private static void WriteKey(Utf8JsonWriter w, ECParameters key, string keyId)
    {
        w.WriteString("kty", "EC");
        w.WriteString("crv", "P-384");
        w.WriteString("kid", keyId);
        w.WriteString("use", "sig");
        w.WriteString("alg", ClientKey.Es384);
        w.WriteString("x", Base64Url.EncodeToString(key.Q.X));
        w.WriteString("y", Base64Url.EncodeToString(key.Q.Y));
        if (key.D is not null)
            w.WriteString("d", Base64Url.EncodeToString(key.D));
    }

    private static string Text(JsonWriterOptions options, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
