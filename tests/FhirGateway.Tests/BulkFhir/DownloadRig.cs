using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Tests.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.BulkFhir;

/// <summary>A folder, a client and a peer; and the check that what is called whole is whole.</summary>
internal sealed class DownloadRig : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-download-");
    private readonly EgressClient client = EgressRig.Client(EgressRig.Quick with { MostRetries = 0 });
    private int files;

    public FilePeer Peer { get; } = new();
    public FileDownloadOptions Options { get; set; } = new() { RetryDelay = TimeSpan.FromMilliseconds(1), CheckpointBytes = 64 * 1024 };
    public EgressClient Client => client;

    /// <summary>Lines of different lengths, so that two versions never fit together.</summary>
    public static byte[] Ndjson(int lines, string version = "a")
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
            text.Append($$"""{"resourceType":"Patient","id":"{{version}}-{{i}}","note":"{{new string((char)('a' + i % 26), i * 7 % 50 + version.Length)}}"}""").Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Gzip(params byte[][] members)
    {
        using var buffer = new MemoryStream();
        foreach (var member in members)
        {
            using var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(member);
        }

        return buffer.ToArray();
    }

    public FileRequest Request(string target = "/f") => new()
    {
        Url = Peer.Http.Url(target),
        Path = Path.Combine(folder.FullName, $"{Interlocked.Increment(ref files):d5}"),
        Allowance = EgressRig.Allow(Peer.Http.Origin),
    };

    public FileDownload Download() => new(client, Options, TimeProvider.System, NullLogger<FileDownload>.Instance);

    /// <summary>Fetches; a whole file must have exactly these bytes, and a fault must leave nothing under the name.</summary>
    public async Task<FetchedFile> FetchAsync(FileRequest request, params byte[][] acceptable)
    {
        var fetched = await Download().FetchAsync(request, TestContext.Current.CancellationToken);
        if (!fetched.IsWhole)
        {
            Assert.False(File.Exists(request.Path));
            return fetched;
        }

        var bytes = await File.ReadAllBytesAsync(request.Path);
        Assert.Contains(acceptable, a => a.AsSpan().SequenceEqual(bytes));
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (fetched.Proof.Length, fetched.Proof.Sha256));
        Assert.Equal([request.Path], Directory.GetFiles(folder.FullName, Path.GetFileName(request.Path) + "*"));
        return fetched;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Peer.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
