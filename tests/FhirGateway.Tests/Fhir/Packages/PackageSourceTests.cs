using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PackageSourceTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("packages-");
    private CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_holds_what_was_added_and_lists_the_newest_first()
    {
        var folder = new PackageFolder(Path.Combine(root.FullName, "data"));
        Assert.Empty(folder.List());
        foreach (var version in new[] { "1.0.0", "1.10.0", "1.2.0" })
            await folder.AddAsync(SyntheticPackage.Small("example.a", version).Archive(), "a.tgz", null, Stop);
        Assert.Equal(["example.a#1.10.0", "example.a#1.2.0", "example.a#1.0.0"], folder.List().Select(n => n.ToString()));
        Assert.Equal("1.2.0", folder.Load(new("example.a", "1.2.0")).Version);
        Assert.Equal(PackageFaultCode.NotFound, Assert.Throws<PackageException>(() => folder.Load(new("example.a", "2.0.0"))).Code);
        Assert.Equal(PackageFaultCode.NotFound, Assert.Throws<PackageException>(() => folder.Load(new("../data/example.a", "1.0.0"))).Code);
    }

    [Fact]
    public async Task What_cannot_be_read_or_is_another_package_leaves_nothing_behind()
    {
        var folder = new PackageFolder(root.FullName);
        await Assert.ThrowsAsync<PackageException>(() => folder.AddAsync(new MemoryStream(new byte[100]), "zero.tgz", null, Stop));
        var fault = await Assert.ThrowsAsync<PackageException>(() => folder.AddAsync(SyntheticPackage.Small().Archive(), "s.tgz", new PackageName("example.other", "1.0.0"), Stop));
        Assert.Contains("example.small#1.0.0, not example.other#1.0.0", fault.Message, StringComparison.Ordinal);
        Assert.Equal(PackageFaultCode.TooLarge, (await Assert.ThrowsAsync<PackageException>(() =>
            new PackageFolder(root.FullName, new() { MaxArchiveBytes = 10 }).AddAsync(SyntheticPackage.Small().Archive(), "s.tgz", null, Stop))).Code);
        Assert.Empty(root.EnumerateFileSystemInfos());
    }

    [Fact]
    public void The_shared_cache_is_read_and_its_packages_can_be_packed()
    {
        Unpack(SyntheticPackage.Small("example.a", "1.0.0"));
        Unpack(SyntheticPackage.Small("example.a.b", "3.0.0"));
        var cache = new PackageCache(root.FullName);
        Assert.Equal(["1.0.0"], cache.VersionsOf("example.a"));
        var loaded = cache.Load(new("example.a", "1.0.0"));
        using var archive = new MemoryStream();
        cache.Pack(new("example.a", "1.0.0"), archive);
        archive.Position = 0;
        var packed = PackageReader.Read(archive, "packed.tgz", withExamples: true);
        Assert.Equal(loaded.StructureUrls.Order(StringComparer.Ordinal), packed.StructureUrls.Order(StringComparer.Ordinal));
        Assert.Single(packed.Examples);
        Assert.Empty(new PackageCache(Path.Combine(root.FullName, "nowhere")).VersionsOf("example.a"));
        Assert.Equal(PackageFaultCode.NotFound, Assert.Throws<PackageException>(() => cache.Load(new("example.a", "2.0.0"))).Code);
    }

    [Fact]
    public void A_package_of_the_cache_beyond_a_limit_is_refused()
    {
        Unpack(SyntheticPackage.Small("example.a", "1.0.0"));
        var cache = new PackageCache(root.FullName, new() { MaxInflatedBytes = 1000 });
        Assert.Equal(PackageFaultCode.TooLarge, Assert.Throws<PackageException>(() => cache.Load(new("example.a", "1.0.0"))).Code);
    }

    [Fact]
    public async Task Dependencies_are_resolved_by_version_and_cycles_end()
    {
        var folder = new PackageFolder(root.FullName);
        await folder.AddAsync(SyntheticPackage.Small("example.a", "1.0.0", "\"example.b\":\"2.1.x\"").Archive(), "a.tgz", null, Stop);
        foreach (var version in new[] { "2.1.0", "2.1.7", "2.1.8-ballot", "2.2.0" })
            await folder.AddAsync(SyntheticPackage.Small("example.b", version, "\"example.a\":\"latest\",\"example.b\":\"2.1.7\"").Archive(), "b.tgz", null, Stop);
        var resolver = new PackageResolver(folder);
        var resolved = resolver.Resolve([resolver.Load(new("example.a", "latest"))]);
        Assert.Empty(resolved.Warnings);
        Assert.Equal(["example.a#1.0.0", "example.b#2.1.7"], resolved.Packages.Packages.Select(p => p.ToString()));
        Assert.Empty(resolved.Packages.Missing);
    }

    [Fact]
    public async Task A_dependency_that_cannot_be_had_is_one_warning_with_its_askers_and_the_versions_that_are_there()
    {
        var folder = new PackageFolder(root.FullName);
        await folder.AddAsync(SyntheticPackage.Small("example.b", "2.0.0").Archive(), "b.tgz", null, Stop);
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "example.c#1.0.0.tgz"), "damaged", Stop);
        const string needs = "\"example.b\":\"2.1.0\",\"example.c\":\"1.0.0\",\"../../x\":\"1\"";
        var resolved = new PackageResolver(folder).Resolve(
            [PackageReader.Read(SyntheticPackage.Small("example.a", "1.0.0", needs).Archive(), "a"), PackageReader.Read(SyntheticPackage.Small("example.d", "1.0.0", needs).Archive(), "d")]);
        Assert.Equal(2, resolved.Packages.Packages.Length);
        Assert.Equal(3, resolved.Warnings.Length);
        Assert.Contains("Package example.b#2.1.0 is not there; of example.b there is 2.0.0; example.a#1.0.0, example.d#1.0.0", resolved.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("example.c#1.0.0 cannot be used", resolved.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_package_given_twice_counts_once()
    {
        var packages = new PackageSet([PackageReader.Read(SyntheticPackage.Small().Archive(), "a"), PackageReader.Read(SyntheticPackage.Small().Archive(), "b")]);
        Assert.Single(packages.Packages);
    }

    public void Dispose() => root.Delete(recursive: true);

    private void Unpack(SyntheticPackage package)
    {
        using var archive = package.Archive();
        var name = PackageReader.Read(archive, "x").ToString();
        foreach (var (entry, content) in package.Entries)
        {
            var path = Path.Combine(root.FullName, name, entry);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
