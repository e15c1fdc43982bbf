using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Identity;

public sealed class ClientRegistrationTests
{
    [Fact]
    public async Task A_client_without_keys_gets_a_pair_of_which_only_the_public_half_is_stored()
    {
        await using var bench = await TokenBench.StartAsync();
        var added = await AddAsync(bench, new ClientRequest { Role = ClientRole.Participant, Owner = "aco-a", BaseUrl = new Uri("http://127.0.0.1:8080/") });
        Assert.True(added.IsAdded, added.Fault);
        Assert.Matches("^c-[0-9a-f]{16}$", added.Client.Id);
        var file = JsonDocument.Parse(added.ClientFile).RootElement;
        Assert.Equal(added.Client.Id, file.GetProperty("client_id").GetString());
        Assert.Equal("participant", file.GetProperty("role").GetString());
        Assert.Equal("aco-a", file.GetProperty("organisation").GetString());
        Assert.Equal("http://127.0.0.1:8080/auth/token", file.GetProperty("token_endpoint").GetString());
        Assert.Equal("http://127.0.0.1:8080", file.GetProperty("base_url").GetString());
        var secret = file.GetProperty("key").GetProperty("d").GetString()!;
        Assert.DoesNotContain(secret, added.Client.Jwks, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", added.Client.Jwks, StringComparison.Ordinal);
        var stored = await bench.Store.WriteAsync(StateLane.Messages, tx => tx.Clients.All(), default);
        Assert.Equal(added.Client.Jwks, Assert.Single(stored).Jwks);
    }

    [Fact]
    public async Task A_request_that_cannot_be_meant_is_refused_with_its_reason()
    {
        await using var bench = await TokenBench.StartAsync();
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var small = RSA.Create(1024);
        var q = pair.ExportParameters(true);
        var n = Url(small.ExportParameters(false).Modulus!);
        string Ec(string more, string x) => $$"""{"keys":[{"kty":"EC","crv":"P-384","kid":"1","x":"{{x}}","y":"{{Url(q.Q.Y!)}}"{{more}}}]}""";
        var good = Ec("", Url(q.Q.X!));
        foreach (var (jwks, says) in new (string, string)[]
        {
            ("https://client.example/jwks.json", "not a JSON object"),
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{}", "'keys'"),
            ("""{"keys":[]}""", "no signature key"),
            ("""{"keys":[1]}""", "keys[0]: not an object"),
            ("""{"keys":[],"keys":[]}""", "not a JSON object"),
            (Ec($",\"d\":\"{Url(q.D!)}\"", Url(q.Q.X!)), "private member 'd'"),
            (Ec(",\"use\":\"enc\"", Url(q.Q.X!)), "no signature key"),
            (Ec(",\"alg\":\"ECDH-ES\"", Url(q.Q.X!)), "no signature key"),
            (Ec("", Url(new byte[48])), "not a key"),
            (Ec("", "AA"), "48 bytes"),
            (good.Replace("\"kid\":\"1\",", "", StringComparison.Ordinal), "'kid'"),
            (good.Replace("]}", "," + good["{\"keys\":[".Length..], StringComparison.Ordinal), "repeats a 'kid'"),
            ($$"""{"keys":[{"kty":"RSA","kid":"1","n":"{{n}}","e":"AQAB"}]}""", "2048"),
            ("""{"keys":[{"kty":"oct","kid":"1","k":"AA"}]}""", "private member 'k'"),
            (new string(' ', (1 << 20) + 1), "longer"),
        })
        {
            var refused = await AddAsync(bench, new ClientRequest { Role = ClientRole.Source, Owner = "payer-a", Jwks = jwks, BaseUrl = new Uri("http://localhost") });
            Assert.False(refused.IsAdded, jwks);
            Assert.Contains(says, refused.Fault, StringComparison.Ordinal);
        }

        Assert.True((await AddAsync(bench, new ClientRequest { Role = ClientRole.Source, Owner = "payer-a", Jwks = good, BaseUrl = new Uri("http://localhost") })).IsAdded);
        foreach (var (request, says) in new (ClientRequest, string)[]
        {
            (new ClientRequest { Role = ClientRole.Source, Owner = "aco-a", BaseUrl = new Uri("http://localhost") }, "no source"),
            (new ClientRequest { Role = ClientRole.Participant, Owner = "payer-a", BaseUrl = new Uri("http://localhost") }, "no participant"),
            (new ClientRequest { Role = ClientRole.Participant, Owner = "../x", BaseUrl = new Uri("http://localhost") }, "organisation id"),
            (new ClientRequest { Role = ClientRole.Operator, Owner = "aco-a", BaseUrl = new Uri("http://localhost") }, "no organisation"),
            (new ClientRequest { Role = ClientRole.Participant, Owner = "aco-a", Scopes = ["system/admin"], BaseUrl = new Uri("http://localhost") }, "system/admin"),
        })
        {
            Assert.Contains(says, (await AddAsync(bench, request)).Fault, StringComparison.Ordinal);
        }

        Assert.Single(await bench.Store.WriteAsync(StateLane.Messages, tx => tx.Clients.All(), default));
    }

    [Fact]
    public void Secrets_are_written_for_their_owner_only_and_never_over_another_file()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("File modes are of Unix");
        var folder = Directory.CreateTempSubdirectory("keys-").FullName;
        try
        {
            var path = Path.Combine(folder, "CLIENT.json");
            OwnerOnlyFile.Write(path, "{}"u8);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(path));
            Assert.Throws<IOException>(() => OwnerOnlyFile.Write(path, "x"u8));
            Assert.Equal("{}", File.ReadAllText(path));
            string id;
            using (var key = TokenKey.Open(Path.Combine(folder, "keys")))
                id = key.Id;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(Path.Combine(folder, "keys", "access-tokens.pem")));
            using (var key = TokenKey.Open(Path.Combine(folder, "keys")))
                Assert.Equal(id, key.Id);
            File.WriteAllText(Path.Combine(folder, "keys", "access-tokens.pem"), "SECRETCANARY");
            var fault = Assert.Throws<InvalidDataException>(() => TokenKey.Open(Path.Combine(folder, "keys")));
            Assert.DoesNotContain("CANARY", fault.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<RegisteredClient> AddAsync(TokenBench bench, ClientRequest request) =>
        new ClientRegistration(bench.Store, bench.Clients, bench.Clock).AddAsync(request, TestContext.Current.CancellationToken);

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
