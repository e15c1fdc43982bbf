using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>An export that is handed over as an archive.</summary>
public sealed class TarImportTests
{
    [Fact]
    public async Task The_ndjson_of_a_tar_archive_is_imported_by_name_and_line_and_nothing_else_of_it()
    {
        using var folder = new GatewayFolder();
        (await folder.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(0);
        await PackAsync(Path.Combine(folder.Path, "export.tar.gz"),
            ("export/Patient.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n"),
            ("export/log.ndjson", "{\"exportId\":\"1\"}\n"),
            ("../../readme.txt", "not for us"));
        var receipt = (await folder.RunAsync("import", "export.tar.gz", "--source", "acme")).Expect(1).Json;
        Assert.Equal(["export/Patient.ndjson", "export/log.ndjson"], receipt.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()));
        Assert.Equal(2, receipt.GetProperty("counts").GetProperty("stored").GetInt64());
        Assert.Equal(1, receipt.GetProperty("counts").GetProperty("heldByReason").GetProperty("not-a-resource").GetInt64());
    }

    [Fact]
    public async Task An_archive_without_ndjson_imports_nothing_and_says_so()
    {
        using var folder = new GatewayFolder();
        (await folder.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(0);
        await PackAsync(Path.Combine(folder.Path, "other.tar.gz"), ("bundle.json", "{}"));
        var outcome = (await folder.RunAsync("import", "other.tar.gz", "--source", "acme")).Expect(2);
        Assert.Contains("no *.ndjson", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task PackAsync(string path, params (string Name, string Text)[] files)
    {
        await using var file = File.Create(path);
        await using var gzip = new GZipStream(file, CompressionMode.Compress);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        foreach (var (name, text) in files)
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
    }
}
