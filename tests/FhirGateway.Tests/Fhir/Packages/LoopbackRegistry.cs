using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>A package registry on a port of this machine, well-behaved but for the paths that it is told.</summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    private readonly WebApplication app;

    public LoopbackRegistry()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(context =>
        {
            Asked.Add(context.Request.Path);
            return Answers.TryGetValue(context.Request.Path, out var answer) ? answer(context) : Status(context, 404);
        });
    }

    /// <summary>What is answered, by path.</summary>
    public Dictionary<string, Func<HttpContext, Task>> Answers { get; } = [];

    public List<string> Asked { get; } = [];
    public Uri Root { get; private set; } = null!;
    public string Origin => Root.GetLeftPart(UriPartial.Authority);

    public async Task StartAsync()
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        Root = new(app.Urls.First() + "/");
    }

    /// <summary>Lists versions of <c>example.small</c>, with archives at /VERSION.tgz and their right hashes.</summary>
    public void Publish(params string[] versions)
    {
        foreach (var version in versions)
            Answers[$"/{version}.tgz"] = c => c.Response.Body.WriteAsync(Archive(version)).AsTask();
        List(versions.ToDictionary(v => v, v => (object)new
        {
            tarball = $"{Root}{v}.tgz",
            shasum = Sha1(Archive(v)),
            integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(Archive(v))),
        }));
    }

    public void List(Dictionary<string, object> dists)
    {
        var list = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["dist-tags"] = new { latest = dists.Keys.First() },
            ["versions"] = dists.ToDictionary(d => d.Key, d => new { dist = d.Value }),
        });
        Answers["/example.small"] = c => c.Response.Body.WriteAsync(list).AsTask();
    }

    public static byte[] Archive(string version) => SyntheticPackage.Small("example.small", version).Archive().ToArray();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The protocol's shasum is SHA-1.")]
    public static string Sha1(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));

    public static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("no");
    }

    public static Func<HttpContext, Task> Redirect(string to) => context =>
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    };

    /// <summary>Bytes without an end.</summary>
    public static async Task Endless(HttpContext context)
    {
        var block = Encoding.ASCII.GetBytes(new string(' ', 4096));
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
