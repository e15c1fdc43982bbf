using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.IntegrationTests.Submit;

/// <summary>A sender's file server on loopback that answers each path as a test says, and notes every request.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> answers = new();

    private ScriptedProvider(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Path, Dictionary<string, string> Headers, string Body)> Requests { get; } = new();
    public string Url { get; private set; } = "";

    public static async Task<ScriptedProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new ScriptedProvider(app);
        app.Run(provider.AnswerAsync);
        await app.StartAsync();
        provider.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return provider;
    }

    public IEnumerable<string> Paths => Requests.Select(r => r.Path);

    public void On(string path, Func<HttpContext, Task> answer) => answers[path] = answer;

    public void Json(string path, string json) => On(path, http => WriteAsync(http, "application/json", json));

    public void File(string path, string ndjson) => On(path, http => WriteAsync(http, "application/fhir+ndjson", ndjson));

    public void Status(string path, int status) => On(path, http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>A manifest of files of this server, each given as type and path.</summary>
    public string Manifest(string path, params (string Type, string Path)[] files)
    {
        Json(path, Text(files));
        return Url + path;
    }

    public string Text((string Type, string Path)[] files, bool requiresToken = false, string? next = null, string more = "") =>
        "{\"transactionTime\":\"2026-06-01T00:00:00Z\",\"requiresAccessToken\":" + (requiresToken ? "true" : "false") + ",\"output\":["
        + string.Join(',', files.Select(f => $"{{\"type\":\"{f.Type}\",\"url\":{JsonSerializer.Serialize(f.Path.StartsWith('/') ? Url + f.Path : f.Path)}}}")) + "]"
        + (next is null ? "" : ",\"link\":[{\"relation\":\"next\",\"url\":\"" + next + "\"}]") + more + "}";

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Requests.Enqueue((http.Request.Path, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await reader.ReadToEndAsync()));
        if (answers.TryGetValue(http.Request.Path, out var answer))
            await answer(http);
        else
            http.Response.StatusCode = 404;
    }

    public static async Task WriteAsync(HttpContext http, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
