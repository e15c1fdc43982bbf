using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Benchmarks;

/// <summary>
/// The rate of a download with hash, count, sync and proof against that of a plain client that reads the same file from the same
/// server and writes it, in turns, so that both meet the same load of the machine.
/// </summary>
internal static class DownloadBench
{
    private const int Rounds = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var megabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500;
        var folder = Directory.CreateTempSubdirectory("gateway-bench-");
        try
        {
            var source = Path.Combine(folder.FullName, "source");
            var length = WriteSource(source, megabytes);
            using var stop = new CancellationTokenSource();
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var serving = ServeAsync(listener, source, stop.Token);
            var origin = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
            List<double> ratios = [];
            for (var round = 0; round < Rounds; round++)
            {
                var plain = await RateAsync(length, () => PlainAsync(origin, Path.Combine(folder.FullName, "plain")));
                var proven = await RateAsync(length, () => ProvenAsync(origin, Path.Combine(folder.FullName, "proven")));
                ratios.Add(proven / plain);
                Console.WriteLine($"plain {plain:0} MB/s, proven {proven:0} MB/s, ratio {proven / plain:0.00}");
            }

            Console.WriteLine($"median ratio {ratios.Order().ElementAt(Rounds / 2):0.00} over {length >> 20} MiB");
            await stop.CancelAsync();
            await serving;
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long WriteSource(string path, int megabytes)
    {
        using var writer = new StreamWriter(path);
        var pad = new string('x', 1200);
        for (var i = 0; writer.BaseStream.Position < (long)megabytes << 20; i++)
            writer.Write($"{{\"resourceType\":\"ExplanationOfBenefit\",\"id\":\"{i}\",\"pad\":\"{pad}\"}}\n");
        writer.Flush();
        return writer.BaseStream.Length;
    }

    private static async Task<double> RateAsync(long length, Func<Task> run)
    {
        var started = TimeProvider.System.GetTimestamp();
        await run();
        return length / 1e6 / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>What anybody would write: synced too, since a file that is not on disk is not there.</summary>
    private static async Task PlainAsync(string origin, string path)
    {
        using var client = new HttpClient();
        await using var body = await client.GetStreamAsync(new Uri(origin + "/f"));
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        await body.CopyToAsync(file, 1 << 18);
        file.Flush(flushToDisk: true);
    }

    private static async Task ProvenAsync(string origin, string path)
    {
        using var client = new EgressClient(new EgressOptions(), TimeProvider.System, NullLogger<EgressClient>.Instance);
        var download = new FileDownload(client, new FileDownloadOptions(), TimeProvider.System, NullLogger<FileDownload>.Instance);
        EgressOrigin.TryParse(origin, out var allowed);
        var fetched = await download.FetchAsync(new FileRequest { Url = new Uri(origin + "/f"), Path = path, Allowance = new EgressAllowance("bench", [], [allowed]) }, CancellationToken.None);
        if (!fetched.IsWhole)
            throw new InvalidOperationException(fetched.Fault.Detail);
    }

    private static async Task ServeAsync(TcpListener listener, string source, CancellationToken stop)
    {
        var request = new byte[8192];
        try
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync(stop);
                _ = await client.ReceiveAsync(request, stop);
                await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+ndjson\r\nETag: \"1\"\r\nConnection: close\r\nContent-Length: {new FileInfo(source).Length}\r\n\r\n"), stop);
                await client.SendFileAsync(source, stop);
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException)
        {
            // Done.
        }
    }
}
