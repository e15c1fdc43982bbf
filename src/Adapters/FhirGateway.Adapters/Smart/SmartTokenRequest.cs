using System.Text;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.Smart;

/// <summary>One request for a token, sent up to three times with a fresh assertion each, since an assertion is good once.</summary>
internal sealed class SmartTokenRequest : IDisposable
{
    private const int MostAnswerBytes = 64 * 1024;
    private const int MostSecretBytes = 4096;
    private const int MostAttempts = 3;
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private readonly string source;
    private readonly Uri endpoint;
    private readonly string clientId;
    private readonly string? scope;
    private readonly ClientSigningKeys? keys;
    private readonly ClientSigningKey? key;
    private readonly EgressCredential? basic;

    private SmartTokenRequest(SmartClient client, Uri endpoint, string? scope)
    {
        source = client.Source;
        clientId = client.Connection.ClientId!;
        this.endpoint = endpoint;
        this.scope = scope;
    }

    private SmartTokenRequest(SmartClient client, Uri endpoint, string? scope, ClientSigningKeys keys, ClientSigningKey key)
        : this(client, endpoint, scope) => (this.keys, this.key) = (keys, key);

    private SmartTokenRequest(SmartClient client, Uri endpoint, string? scope, string secret)
        : this(client, endpoint, scope) => basic = Basic(EgressOrigin.Of(endpoint), clientId, secret);

    /// <summary>With the client secret where one is configured, else with a key that the server verifies; throws <see cref="SmartException"/>.</summary>
    public static SmartTokenRequest For(SmartClient client, Uri endpoint, SmartConfiguration? configuration, string? scope)
    {
        if (client.Connection.SecretFile is { } file)
            return new SmartTokenRequest(client, endpoint, scope, Secret(client.Source, file));
        var all = ClientSigningKeys.Read(client.Connection.KeyFile ?? ClientSigningKeys.PathOf(client.DataDirectory, client.Source));
        if (all.Choose(configuration?.SigningAlgorithms ?? []) is { } key)
            return new SmartTokenRequest(client, endpoint, scope, all, key);
        all.Dispose();
        throw new SmartException(SmartFaultCode.NotConfigured,
            $"source {client.Source}: its token endpoint takes none of our key's algorithms, only {string.Join(", ", configuration!.SigningAlgorithms.Take(8))}");
    }

    public async Task<SmartAnswer> SendAsync(EgressClient egress, EgressAllowance allowance, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(egress, allowance, clock, cancellationToken);
            }
            catch (SmartException e) when (e.IsTransient && e.RetryAfter is null && attempt < MostAttempts)
            {
                await Task.Delay(Pause * attempt, clock, cancellationToken);
            }
        }
    }

    public void Dispose() => keys?.Dispose();

    private async Task<SmartAnswer> SendOnceAsync(EgressClient egress, EgressAllowance allowance, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = new EgressRequest
        {
            Method = HttpMethod.Post,
            Url = endpoint,
            Headers = [new EgressHeader("Accept", "application/json")],
            Credential = basic,
            ContentType = "application/x-www-form-urlencoded",
            Body = Encoding.ASCII.GetBytes(Form(clock.GetUtcNow())),
            Deadline = Deadline,
        };
        try
        {
            await using var response = await egress.SendAsync(request, allowance, cancellationToken);
            if (response.Status is 429 or >= 500)
                throw Fault(SmartFaultCode.Unavailable, $"its token endpoint answers {response.Status}", response.RetryAfter);
            var answer = SmartAnswer.Read(await response.ReadAsync(MostAnswerBytes, cancellationToken));
            if (!response.IsSuccess)
                throw Fault(SmartFaultCode.Refused, $"its token endpoint answers {response.Status} {answer?.Error}".TrimEnd());
            return answer?.AccessToken is not null ? answer : throw Fault(SmartFaultCode.BadAnswer, "its token endpoint's answer is no bearer token (RFC 6749 section 5.1)");
        }
        catch (EgressException e)
        {
            throw new SmartException(e.IsTransient ? SmartFaultCode.Unavailable : SmartFaultCode.Refused, $"source {source}: {e.Message}", e) { RetryAfter = e.RetryAfter };
        }
    }

    private string Form(DateTimeOffset now)
    {
        var form = "grant_type=client_credentials";
        if (!string.IsNullOrWhiteSpace(scope))
            form += "&scope=" + Uri.EscapeDataString(scope);
        if (key is not null)
            form += $"&client_assertion_type={Uri.EscapeDataString(AssertionType)}&client_assertion={AssertionWriter.Write(key, clientId, endpoint, now)}";
        return form;
    }

    /// <summary>RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.</summary>
    private static EgressCredential Basic(EgressOrigin origin, string id, string secret) =>
        new(origin, "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));

    private static string Secret(string source, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var secret = file.Length <= MostSecretBytes ? reader.ReadToEnd().Trim() : "";
            return secret.Length > 0 ? secret : throw new SmartException(SmartFaultCode.NotConfigured, $"source {source}: its secret file is empty or longer than {MostSecretBytes} bytes");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not SmartException))
        {
            throw new SmartException(SmartFaultCode.NotConfigured, $"source {source}: its secret file cannot be read", e);
        }
    }

    private SmartException Fault(SmartFaultCode code, string reason, TimeSpan? retryAfter = null) => new(code, $"source {source}: {reason}") { RetryAfter = retryAfter };
}
