using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.Benchmarks;

/// <summary>A simulated payer's data as the files of an export: one resource type each.</summary>
internal static class BulkCorpus
{
    private const long MostFileBytes = 512L << 20;
    private static readonly byte[] TypeName = "{\"resourceType\":\""u8.ToArray();

    /// <summary>Writes every type, or only claims and what they refer to (<paramref name="kind"/> "eob": almost all are ExplanationOfBenefits).</summary>
    public static async Task<BulkCount> WriteAsync(PayerScript script, string folder, string kind)
    {
        await using var split = new TypeSplitter(folder, kind == "eob" ? ["Organization", "Practitioner", "Patient", "Coverage", "ExplanationOfBenefit"] : []);
        await BulkFile.WriteAsync(script, split, BulkSections.All, default);
        await split.FlushAsync();
        return new BulkCount(split.Lines, split.Bytes);
    }

    /// <summary>Changes one line in a hundred; returns how many.</summary>
    public static async Task<long> ChangeAsync(string folder)
    {
        var changed = 0L;
        foreach (var path in Directory.EnumerateFiles(folder, "*.ndjson").ToList())
        {
            var number = 0L;
            await using (var output = new StreamWriter(path + ".new", append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" })
            {
                await foreach (var line in File.ReadLinesAsync(path))
                {
                    var isChanged = ++number % 100 == 0;
                    changed += isChanged ? 1 : 0;
                    await output.WriteLineAsync(isChanged ? line.Replace(",\"id\":", ",\"language\":\"en-US\",\"id\":", StringComparison.Ordinal) : line);
                }
            }

            File.Move(path + ".new", path, overwrite: true);
        }

        return changed;
    }

    /// <summary>Kicks an export off and waits for the URLs of its files.</summary>
    public static async Task<List<Uri>> FileUrlsAsync(HttpClient http, PayerServer payer)
    {
        using var kickOff = new HttpRequestMessage(HttpMethod.Get, payer.FhirUrl + "/$export");
        kickOff.Headers.Add("Prefer", "respond-async");
        kickOff.Headers.Add("Accept", "application/fhir+json");
        using var accepted = await http.SendAsync(kickOff);
        var status = accepted.Content.Headers.ContentLocation!;
        while (true)
        {
            using var answer = await http.GetAsync(status);
            if ((int)answer.StatusCode == 200)
            {
                using var manifest = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
                return [.. manifest.RootElement.GetProperty("output").EnumerateArray().Select(o => new Uri(o.GetProperty("url").GetString()!))];
            }

            await Task.Delay(200);
        }
    }

    /// <summary>Takes NDJSON in blocks and writes each line to the file of its type.</summary>
    private sealed class TypeSplitter(string folder, string[] only) : Stream
    {
        private readonly Dictionary<string, (FileStream File, int Number)> files = new(StringComparer.Ordinal);
        private readonly List<byte> rest = [];

        public long Lines { get; private set; }
        public long Bytes { get; private set; }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => Bytes;
        public override long Position { get => Bytes; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Take(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
            foreach (var (file, _) in files.Values)
                file.Flush();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            foreach (var (file, _) in files.Values)
                file.Dispose();
            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> block)
        {
            while (block.IndexOf((byte)'\n') is >= 0 and var end)
            {
                if (rest.Count > 0)
                {
                    rest.AddRange(block[..(end + 1)]);
                    Line(rest.ToArray());
                    rest.Clear();
                }
                else
                {
                    Line(block[..(end + 1)]);
                }

                block = block[(end + 1)..];
            }

            rest.AddRange(block);
        }

        private void Line(ReadOnlySpan<byte> line)
        {
            var name = line[TypeName.Length..];
            var type = Encoding.ASCII.GetString(name[..name.IndexOf((byte)'"')]);
            if (only.Length > 0 && !only.Contains(type))
                return;
            if (!files.TryGetValue(type, out var of) || of.File.Position > MostFileBytes)
            {
                of.File?.Dispose();
                of = (new FileStream(Path.Combine(folder, $"{type}-{of.Number:d3}.ndjson"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18), of.Number + 1);
                files[type] = of;
            }

            of.File.Write(line);
            Lines++;
            Bytes += line.Length;
        }
    }
}
