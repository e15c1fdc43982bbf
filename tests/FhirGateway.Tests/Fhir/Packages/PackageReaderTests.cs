using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PackageReaderTests
{
    [Fact]
    public void A_package_gives_its_name_its_dependencies_and_what_is_in_its_own_folder()
    {
        var package = Read(SyntheticPackage.Small("example.small", "HEAD-b685e08", "\"hl7.fhir.r4.core\":\"4.0.1\"")
            .With("package/other/StructureDefinition-o.json", SyntheticPackage.Profile("o", "Person", "Person", "resource"))
            .With("package/xml/x.xml", "<x/>").With("package/.index.json", "not even JSON")
            .With("package/SearchParameter-s.json", """{"url":"http://example.org/s","id":"s","resourceType":"SearchParameter","version":"2"}"""));
        Assert.Equal("example.small#HEAD-b685e08", package.ToString());
        Assert.Equal([new PackageDependency("hl7.fhir.r4.core", "4.0.1")], package.Dependencies);
        Assert.Equal(7, package.StructureUrls.Count());
        Assert.Equal(["http://example.org/ValueSet/v"], package.ValueSetUrls);
        Assert.Equal(["http://example.org/c"], package.CodeSystemUrls);
        Assert.Empty(package.Warnings);
        Assert.Empty(package.Examples);
        var raw = package.FindResource("SearchParameter", "http://example.org/s");
        Assert.Equal(("s", "2", "package/SearchParameter-s.json"), (raw!.Id, raw.Version, raw.Entry));
        Assert.Null(package.FindResource("SearchParameter", "http://example.org/c"));
    }

    [Fact]
    public void Examples_are_kept_if_asked_for()
    {
        var package = PackageReader.Read(SyntheticPackage.Small().Archive(), "x.tgz", withExamples: true);
        Assert.Equal(["package/example/Person-one.json"], package.Examples.Select(e => e.Entry));
    }

    [Theory]
    [InlineData("../x.json")]
    [InlineData("package/../../x.json")]
    [InlineData("/etc/x.json")]
    [InlineData("package\\..\\x.json")]
    [InlineData("C:/x.json")]
    public void An_entry_outside_the_package_refuses_it(string name)
    {
        var fault = Refused(SyntheticPackage.Small().With(name, "{}"), PackageFaultCode.Hostile);
        Assert.Contains("x.tgz: entry ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "is a link")]
    [InlineData(TarEntryType.HardLink, "is a link")]
    [InlineData(TarEntryType.Fifo, "is neither a file nor a folder")]
    public void Links_and_devices_refuse_a_package(TarEntryType type, string why)
    {
        var entry = new PaxTarEntry(type, "package/a.json");
        if (type != TarEntryType.Fifo)
            entry.LinkName = "/etc/passwd";
        using var stream = Pack(entry);
        var fault = Assert.Throws<PackageException>(() => PackageReader.Read(stream, "x.tgz"));
        Assert.Equal(PackageFaultCode.Hostile, fault.Code);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    public void Long_names_are_read_in_every_format_of_tar(TarEntryFormat format)
    {
        var name = "package/StructureDefinition-" + new string('n', 60) + ".json";
        var longer = format == TarEntryFormat.Ustar ? name : name.Replace("nn", "nnnn", StringComparison.Ordinal);
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, format))
        {
            foreach (var (entry, content) in new[] { ("package/package.json", """{"name":"a","version":"1"}"""), (longer, SyntheticPackage.Profile("p", "Person", "Person", "resource")) })
            {
                TarEntry written = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, entry),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, entry),
                    _ => new UstarTarEntry(TarEntryType.RegularFile, entry),
                };
                written.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                tar.WriteEntry(written);
            }
        }
        stream.Position = 0;
        Assert.Equal(longer, Assert.Single(PackageReader.Read(stream, "x.tgz").Resources).Entry);
    }

    [Theory]
    [InlineData("MaxArchiveBytes", 100)]
    [InlineData("MaxInflatedBytes", 2000)]
    [InlineData("MaxEntryBytes", 300)]
    [InlineData("MaxEntries", 3)]
    public void A_package_beyond_a_limit_is_refused(string limit, int value)
    {
        var limits = limit switch
        {
            "MaxArchiveBytes" => new PackageLimits { MaxArchiveBytes = value },
            "MaxInflatedBytes" => new PackageLimits { MaxInflatedBytes = value },
            "MaxEntryBytes" => new PackageLimits { MaxEntryBytes = value },
            _ => new PackageLimits { MaxEntries = value },
        };
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, SyntheticPackage.Small().Archive().ToArray());
        var fault = Assert.Throws<PackageException>(() => PackageReader.ReadFile(path, limits));
        File.Delete(path);
        Assert.Equal(PackageFaultCode.TooLarge, fault.Code);
        Assert.Contains($"{value}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no gzip at all", PackageFaultCode.Corrupt)]
    [InlineData("", PackageFaultCode.Corrupt)]
    public void What_is_no_archive_is_refused(string content, PackageFaultCode code) =>
        Assert.Equal(code, Assert.Throws<PackageException>(() => PackageReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(content)), "x.tgz")).Code);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var fault = Assert.Throws<PackageException>(() => PackageReader.ReadFile("/no/such/file.tgz"));
        Assert.Equal(PackageFaultCode.Unreadable, fault.Code);
        Assert.Contains("/no/such/file.tgz", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    public void A_package_that_was_cut_off_is_refused(double part)
    {
        var archive = SyntheticPackage.Small().Archive().ToArray();
        var fault = Assert.Throws<PackageException>(() => PackageReader.Read(new MemoryStream(archive[..(int)(archive.Length * part)]), "x.tgz"));
        Assert.Equal(PackageFaultCode.Corrupt, fault.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"name":"a"}""")]
    [InlineData("""{"name":"../../a","version":"1"}""")]
    [InlineData("""{"name":"a","version":"1/2"}""")]
    public void A_manifest_that_does_not_name_the_package_refuses_it(string manifest) =>
        Assert.Contains("package/package.json", Refused(SyntheticPackage.Small().With("package/package.json", manifest), PackageFaultCode.NoManifest).Message, StringComparison.Ordinal);

    [Fact]
    public void One_broken_resource_is_one_warning_and_the_rest_goes_on()
    {
        var package = Read(SyntheticPackage.Small()
            .With("package/StructureDefinition-cut.json", """{"resourceType":"StructureDefinition","url":"http://example.org/cut" """)
            .With("package/StructureDefinition-odd.json", """{"resourceType":"StructureDefinition","url":"http://example.org/odd","type":"Person","kind":"resource","snapshot":{"element":[{"path":"Person","min":"one"}]}}""")
            .With("package/CodeSystem-odd.json", """{"resourceType":"CodeSystem","url":"http://example.org/\ud800"}"""));
        Assert.Null(package.FindStructure("http://example.org/odd"));
        Assert.Null(package.FindStructure("http://example.org/odd"));
        Assert.Null(package.FindStructure("http://example.org/cut"));
        Assert.NotNull(package.FindStructure(SyntheticPackage.Root + "a"));
        Assert.Equal(3, package.Warnings.Length);
        Assert.Contains(package.Warnings, w => w.Contains("StructureDefinition-cut.json", StringComparison.Ordinal));
        Assert.Contains(package.Warnings, w => w.Contains("CodeSystem-odd.json", StringComparison.Ordinal));
        Assert.Contains(package.Warnings, w => w.Contains("StructureDefinition-odd.json cannot be used: Person: min is no whole number", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_two_resources_with_one_url_the_first_counts()
    {
        var package = Read(SyntheticPackage.Small().With("package/ValueSet-w.json", """{"resourceType":"ValueSet","url":"http://example.org/ValueSet/v","name":"W"}"""));
        Assert.Equal("V", package.FindValueSet("http://example.org/ValueSet/v")!.Name);
        Assert.Contains("package/ValueSet-w.json", Assert.Single(package.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_for_another_release_of_FHIR_says_so()
    {
        var package = Read(SyntheticPackage.Small().With("package/package.json", """{"name":"a","version":"1","fhirVersions":["5.0.0"]}"""));
        Assert.Contains("made for FHIR 5.0.0", Assert.Single(package.Warnings), StringComparison.Ordinal);
    }

    private static FhirPackage Read(SyntheticPackage package) => PackageReader.Read(package.Archive(), "x.tgz");

    private static PackageException Refused(SyntheticPackage package, PackageFaultCode code)
    {
        var fault = Assert.Throws<PackageException>(() => Read(package));
        Assert.Equal(code, fault.Code);
        return fault;
    }

    private static MemoryStream Pack(TarEntry entry)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
            tar.WriteEntry(entry);
        stream.Position = 0;
        return stream;
    }
}
