using System.Text;
using FhirGateway.Adapters.BulkFhir;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Everything_of_a_manifest_of_version_3_is_read()
    {
        var manifest = Read("""
            {"transactionTime":"2026-11-01T00:00:00.5Z","request":"https://p.example/$export","requiresAccessToken":true,"outputFormat":"application/fhir+ndjson",
             "outputOrganizedBy":"Patient","output":[{"type":"Patient","url":"https://p.example/1","count":3,"fileSize":90,"continuesInFile":"https://p.example/2"}],
             "deleted":[{"type":"Bundle","url":"https://p.example/3"}],"error":[{"type":"OperationOutcome","url":"https://p.example/4"}],
             "link":[{"relation":"self","url":"https://p.example/0"},{"relation":"next","url":"https://p.example/m2"}],"extension":{"https://p.example/any":1}}
            """);
        Assert.Equal("2026-11-01T00:00:00.5Z", manifest.TransactionTime);
        Assert.True(manifest.RequiresAccessToken);
        Assert.Equal("Patient", manifest.OutputOrganizedBy);
        Assert.Equal([ManifestFileKind.Output, ManifestFileKind.Deleted, ManifestFileKind.Outcome], manifest.Files.Select(f => f.Kind));
        Assert.Equal((3L, 90L, "https://p.example/2"), (manifest.Files[0].Count!.Value, manifest.Files[0].Size!.Value, manifest.Files[0].ContinuesIn!.AbsoluteUri));
        Assert.Equal("https://p.example/m2", manifest.Next!.AbsoluteUri);
    }

    [Fact]
    public void Outcomes_of_version_4_are_read_like_errors_of_earlier_ones()
    {
        var manifest = Read("""{"requiresAccessToken":false,"output":[],"outcome":[{"url":"https://p.example/4","manifestUrl":"https://p.example/m","countSeverity":[{"code":"error","count":1}]}],"extension":[{"url":"u","valueString":"v"}]}""");
        Assert.Equal(ManifestFileKind.Outcome, Assert.Single(manifest.Files).Kind);
    }

    [Theory]
    [InlineData("""[{"url":"https://ab2d.cms.gov/checksum","valueString":"sha256:AB00000000000000000000000000000000000000000000000000000000000000"},{"url":"https://ab2d.cms.gov/file_length","valueDecimal":17}]""")]
    [InlineData("""{"https://x/checksum":"sha256:ab00000000000000000000000000000000000000000000000000000000000000","file_length":17}""")]
    public void Checksums_and_lengths_stand_in_extensions_of_both_forms(string extension)
    {
        var file = Read($$"""{"output":[{"type":"Patient","url":"https://p.example/1","extension":{{extension}}}]}""").Files[0];
        Assert.Equal("ab" + new string('0', 62), file.Sha256);
        Assert.Equal(17, file.Size);
    }

    [Theory]
    [InlineData("", ManifestFaultCode.NotJson)]
    [InlineData("null", ManifestFaultCode.NotJson)]
    [InlineData("[]", ManifestFaultCode.NotJson)]
    [InlineData("""{"resourceType":"OperationOutcome","output":[]}""", ManifestFaultCode.NotJson)]
    [InlineData("""{"output":[],"output":[]}""", ManifestFaultCode.NotJson)]
    [InlineData("""{"output":[{"type":"\ud800","url":"https://p.example/1"}]}""", ManifestFaultCode.NotJson)]
    [InlineData("""{"transactionTime":"2026-11-01T00:00:00Z"}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":{}}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[1]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[{"url":"https://p.example/1","count":-1}]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[{"url":"https://p.example/1","count":1.5}]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[{"url":"https://p.example/1","count":1e400}]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[{"url":"https://p.example/1","type":"../x"}]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[],"requiresAccessToken":"maybe"}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[],"link":[{"relation":"next","url":"https://p.example/1"},{"relation":"next","url":"https://p.example/2"}]}""", ManifestFaultCode.BadElement)]
    [InlineData("""{"output":[{"type":"Patient"}]}""", ManifestFaultCode.BadUrl)]
    [InlineData("""{"output":[{"url":"/files/1"}]}""", ManifestFaultCode.BadUrl)]
    [InlineData("""{"output":[{"url":"file:///etc/passwd"}]}""", ManifestFaultCode.BadUrl)]
    [InlineData("""{"output":[{"url":"https://user:secret@p.example/1"}]}""", ManifestFaultCode.BadUrl)]
    [InlineData("""{"output":[],"link":[{"relation":"next","url":"m2"}]}""", ManifestFaultCode.BadUrl)]
    [InlineData("""{"output":[],"outputFormat":"application/parquet"}""", ManifestFaultCode.Format)]
    public void Faults_are_values_that_say_where_and_quote_nothing(string json, ManifestFaultCode code)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(json), ManifestLimits.Default);
        Assert.Null(reading.Manifest);
        Assert.Equal(code, reading.Fault!.Code);
        Assert.DoesNotContain("secret", reading.Fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void S_18_a_manifest_of_too_many_bytes_or_files_is_refused()
    {
        var limits = new ManifestLimits { MostBytes = 4096, MostFiles = 2 };
        Assert.Equal(ManifestFaultCode.TooLarge, ManifestReader.Read(new byte[4097], limits).Fault!.Code);
        var three = string.Join(',', Enumerable.Range(0, 3).Select(i => $$"""{"url":"https://p.example/{{i}}"}"""));
        Assert.Equal(ManifestFaultCode.TooLarge, ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{"output":[{{three}}]}"""), limits).Fault!.Code);
    }

    [Fact]
    public void S_18_pages_that_lead_in_a_circle_or_never_end_are_refused()
    {
        var self = new ManifestPages(ManifestLimits.Default);
        Assert.Equal(ManifestFaultCode.Loop, self.Add(new Uri("https://p.example/a"), Page("https://p.example/a"))!.Code);
        var circle = new ManifestPages(ManifestLimits.Default);
        Assert.Null(circle.Add(new Uri("https://p.example/a"), Page("https://p.example/b")));
        Assert.Equal(ManifestFaultCode.Loop, circle.Add(new Uri("https://p.example/b"), Page("https://p.example/a"))!.Code);
        var endless = new ManifestPages(ManifestLimits.Default);
        ManifestFault? fault = null;
        for (var i = 0; fault is null && i < 200; i++)
            fault = endless.Add(new Uri($"https://p.example/{i}"), Page($"https://p.example/{i + 1}"));
        Assert.Equal(ManifestFaultCode.TooLarge, fault!.Code);
    }

    [Fact]
    public void Files_are_the_same_when_only_their_signature_changed()
    {
        ManifestFile[] Signed(string a, string b) =>
        [
            new() { Kind = ManifestFileKind.Output, Url = new Uri($"https://p.example/f?n=1&X-Amz-Signature={a}&Expires={b}") },
            new() { Kind = ManifestFileKind.Output, Url = new Uri($"https://p.example/f?n=2&X-Amz-Signature={b}&Expires={a}") },
        ];
        Assert.Equal(ManifestFileKeys.Of(Signed("1", "2")), ManifestFileKeys.Of(Signed("3", "4")));
        Assert.Equal(2, ManifestFileKeys.Of(Signed("1", "2")).Distinct().Count());
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var seed = """{"transactionTime":"2026-11-01T00:00:00Z","requiresAccessToken":true,"output":[{"type":"Patient","url":"https://p.example/1","count":3,"extension":[{"url":"checksum","valueString":"sha256:00"}]}],"link":[{"relation":"next","url":"https://p.example/2"}]}"""u8.ToArray();
        var changes = Gen.ListOf(Gen.Choose(0, seed.Length - 1).SelectMany(at => Gen.Choose(0, 255), (at, value) => (at, value)), 4);
        Prop.ForAll(changes.ToArbitrary(), list =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value) in list)
                bytes[at] = (byte)value;
            var reading = ManifestReader.Read(bytes, ManifestLimits.Default);
            return (reading.Manifest is null) != (reading.Fault is null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static BulkManifest Page(string next) => new() { RequiresAccessToken = false, Files = [], Next = new Uri(next) };

    private static BulkManifest Read(string json)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(json), ManifestLimits.Default);
        Assert.Null(reading.Fault);
        return reading.Manifest!;
    }
}
