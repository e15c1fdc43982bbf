using System.Collections.Concurrent;
using System.Text;
using FhirGateway.Tests.Egress;

namespace FhirGateway.Tests.BulkFhir;

/// <summary>
/// A payer's server that exports: it answers well, except where its test says otherwise. What was asked of it is kept.
/// </summary>
internal sealed class ExportPeer : IAsyncDisposable
{
    private readonly LoopbackPeer peer;
    private readonly ConcurrentDictionary<string, int> times = new();

    public ExportPeer() => peer = LoopbackPeer.Start(AnswerAsync);

    public sealed record Reply(string Status, string Body = "", params string[] Headers);

    /// <summary>Answers in place of the usual: the request, and how often this method and path came before.</summary>
    public Func<PeerRequest, int, Reply?> Instead { get; set; } = (_, _) => null;

    /// <summary>The manifest of the n-th kick-off.</summary>
    public Func<PeerRequest, int, string> Manifest { get; set; } = (_, _) => """{"requiresAccessToken":false,"output":[]}""";
    public ConcurrentDictionary<string, string> Files { get; } = new();
    public string Capabilities { get; set; } = """{"resourceType":"CapabilityStatement","rest":[{"resource":[{"type":"Group","operation":[{"name":"export","definition":"http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export"}]}]}]}""";
    public List<PeerRequest> KickOffs { get; } = [];
    public string Url => peer.Origin + "/fhir";
    public string Origin => peer.Origin;

    public int Count(string method, string part) => peer.Requests.Count(r => r.Method == method && r.Target.Contains(part, StringComparison.Ordinal));

    /// <summary>A manifest of these files, each <c>type path</c>.</summary>
    public string ManifestOf(string time, params string[] files) =>
        $$"""{"transactionTime":"{{time}}","request":"x","requiresAccessToken":false,"output":[{{string.Join(',', files.Select(Entry))}}],"error":[]}""";

    public string Entry(string file)
    {
        var parts = file.Split(' ');
        return $$"""{"type":"{{parts[0]}}","url":"{{Origin}}{{parts[1]}}"}""";
    }

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private async Task<bool> AnswerAsync(PeerRequest request, Stream stream)
    {
        var path = request.Target.Split('?')[0];
        var before = times.AddOrUpdate(request.Method + path, 0, (_, n) => n + 1);
        var reply = Instead(request, before) ?? Usual(request, path);
        return await LoopbackPeer.WriteAsync(stream, reply.Status, Encoding.UTF8.GetBytes(reply.Body), reply.Headers);
    }

    private Reply Usual(PeerRequest request, string path)
    {
        if (path == "/fhir/metadata")
            return new Reply("200 OK", Capabilities, "Content-Type: application/fhir+json");
        if (path.EndsWith("$export", StringComparison.Ordinal) || path.EndsWith("$davinci-data-export", StringComparison.Ordinal))
        {
            lock (KickOffs)
            {
                KickOffs.Add(request);
                return new Reply("202 Accepted", "", $"Content-Location: {Origin}/status/{KickOffs.Count - 1}");
            }
        }

        if (path.StartsWith("/status/", StringComparison.Ordinal))
        {
            var n = int.Parse(path["/status/".Length..]);
            return request.Method == "DELETE"
                ? new Reply("202 Accepted")
                : new Reply("200 OK", Manifest(KickOffs[n], n), "Content-Type: application/json");
        }

        return Files.TryGetValue(path, out var content)
            ? new Reply("200 OK", content, "Content-Type: application/fhir+ndjson")
            : new Reply("404 Not Found");
    }
}
