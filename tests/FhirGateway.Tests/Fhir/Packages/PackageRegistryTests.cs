using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PackageRegistryTests : IAsyncLifetime
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("registry-");
    private readonly LoopbackRegistry server = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    [Theory]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("latest", "1.2.0")]
    [InlineData("1.1.x", "1.1.3")]
    public async Task A_package_is_fetched_checked_and_stored(string wanted, string version)
    {
        server.Publish("1.2.0", "1.0.0", "1.1.3", "1.1.2", "2.0.0-ballot");
        var (package, hadHash) = await FetchAsync(wanted);
        Assert.Equal("example.small#" + version, package.ToString());
        Assert.True(hadHash);
        Assert.Equal(["/example.small", $"/{version}.tgz"], server.Asked);
        Assert.Equal(["example.small#" + version], new PackageFolder(root.FullName).List().Select(n => n.ToString()));
    }

    [Fact]
    public async Task Nothing_but_the_registry_itself_may_be_contacted()
    {
        server.Publish("1.0.0");
        var fault = await RefusedAsync(PackageFaultCode.Registry, allowed: []);
        Assert.Contains("which is not allowed", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData("http://127.0.0.2:9/x.tgz")]
    [InlineData("https://elsewhere.example/x.tgz")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:secret@elsewhere.example/")]
    public async Task An_archive_elsewhere_is_not_fetched(string url)
    {
        server.List(new() { ["1.0.0"] = new { tarball = url, shasum = new string('0', 40) } });
        Assert.Contains("not allowed", (await RefusedAsync(PackageFaultCode.Registry)).Message, StringComparison.Ordinal);
        server.Publish("1.0.0");
        server.Answers["/1.0.0.tgz"] = LoopbackRegistry.Redirect(url);
        Assert.Contains("not allowed", (await RefusedAsync(PackageFaultCode.Registry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_within_the_registry_are_followed_but_not_for_ever()
    {
        server.Publish("1.0.0");
        server.Answers["/moved.tgz"] = server.Answers["/1.0.0.tgz"];
        server.Answers["/1.0.0.tgz"] = LoopbackRegistry.Redirect("/moved.tgz");
        Assert.Equal("1.0.0", (await FetchAsync("1.0.0")).Package.Version);
        server.Answers["/1.0.0.tgz"] = LoopbackRegistry.Redirect("/1.0.0.tgz");
        Assert.Contains("redirects more than 5 times", (await RefusedAsync(PackageFaultCode.Registry)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shasum")]
    [InlineData("integrity")]
    [InlineData("no hash")]
    public async Task A_wrong_hash_refuses_the_archive(string kind)
    {
        server.Publish("1.0.0");
        var url = $"{server.Root}1.0.0.tgz";
        var right = LoopbackRegistry.Sha1(LoopbackRegistry.Archive("1.0.0"));
        server.List(new()
        {
            ["1.0.0"] = kind switch
            {
                "shasum" => new { tarball = url, shasum = new string('0', 40) },
                "integrity" => new { tarball = url, shasum = right, integrity = "sha512-" + Convert.ToBase64String(new byte[64]) },
                _ => new { tarball = url, shasum = right, integrity = "sha512-%%%" },
            },
        });
        await RefusedAsync(PackageFaultCode.WrongHash);
        Assert.Empty(root.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task An_archive_without_a_hash_is_said_to_have_none()
    {
        server.Publish("1.0.0");
        server.List(new() { ["1.0.0"] = new { tarball = "1.0.0.tgz" } });
        Assert.False((await FetchAsync("1.0.0")).HadHash);
    }

    [Fact]
    public async Task Another_package_than_the_one_asked_for_is_refused()
    {
        server.Publish("1.0.0", "1.1.0");
        server.List(new() { ["1.0.0"] = new { tarball = $"{server.Root}1.1.0.tgz" } });
        Assert.Contains("holds example.small#1.1.0, not example.small#1.0.0", (await RefusedAsync(PackageFaultCode.Registry)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/example.small")]
    [InlineData("/1.0.0.tgz")]
    public async Task A_body_without_an_end_ends_at_the_limit(string path)
    {
        server.Publish("1.0.0");
        server.Answers[path] = LoopbackRegistry.Endless;
        await RefusedAsync(PackageFaultCode.TooLarge);
    }

    [Theory]
    [InlineData("/example.small")]
    [InlineData("/1.0.0.tgz")]
    public async Task An_answer_that_does_not_come_ends_at_the_deadline(string path)
    {
        server.Publish("1.0.0");
        server.Answers[path] = c => Task.Delay(TimeSpan.FromMinutes(1), c.RequestAborted);
        Assert.Contains("within", (await RefusedAsync(PackageFaultCode.Registry, TimeSpan.FromMilliseconds(300))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, PackageFaultCode.NotFound)]
    [InlineData(500, PackageFaultCode.Registry)]
    [InlineData(302, PackageFaultCode.Registry)]
    public async Task A_refusal_is_told(int status, PackageFaultCode code)
    {
        server.Answers["/example.small"] = c => LoopbackRegistry.Status(c, status);
        await RefusedAsync(code);
    }

    [Theory]
    [InlineData("no JSON", PackageFaultCode.Registry)]
    [InlineData("[]", PackageFaultCode.Registry)]
    [InlineData("""{"versions":{}}""", PackageFaultCode.NotFound)]
    [InlineData("""{"versions":{"1.0.0":{}}}""", PackageFaultCode.Registry)]
    [InlineData("""{"versions":{"1.0.0":{"dist":{"tarball":"http://[broken"}}}}""", PackageFaultCode.Registry)]
    public async Task A_list_that_is_none_is_told(string list, PackageFaultCode code)
    {
        server.Answers["/example.small"] = c => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(c.Response, list);
        await RefusedAsync(code);
    }

    public async ValueTask InitializeAsync() => await server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        root.Delete(recursive: true);
    }

    private Task<(FhirPackage Package, bool HadHash)> FetchAsync(string version, TimeSpan? timeout = null, string[]? allowed = null)
    {
        var options = new PackageRegistryOptions
        {
            Registry = server.Root,
            AllowedOrigins = [.. allowed ?? [server.Origin]],
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
            MaxListBytes = 100_000,
            Limits = new() { MaxArchiveBytes = 100_000 },
        };
        return new PackageRegistry(http, options, TimeProvider.System)
            .FetchAsync(new("example.small", version), new PackageFolder(root.FullName), TestContext.Current.CancellationToken);
    }

    private async Task<PackageException> RefusedAsync(PackageFaultCode code, TimeSpan? timeout = null, string[]? allowed = null)
    {
        var fault = await Assert.ThrowsAsync<PackageException>(() => FetchAsync("1.0.0", timeout, allowed));
        Assert.Equal(code, fault.Code);
        return fault;
    }
}
